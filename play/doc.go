// Package play reads case files (CASEFILES) and plays them through the public REST API, as the parties of the story: it
// turns a test clock of its own to the instant of each step, sends what the parties do, and compares what came of it with
// what the file expects. It knows no rule of the procedure and no table of the database: only roles, verbs, codes and
// amounts that a user of the API knows.
package play
