package merkle_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/casefile/merkle"
)

func leaves(t require.TestingT, n int) ([]merkle.Leaf, []casefile.Hash) {
	all, hashes := make([]merkle.Leaf, n), make([]casefile.Hash, n)
	for i := range all {
		all[i] = merkle.Leaf{Case: fmt.Sprintf("dsp_%04d", i), Sequence: int64(i + 1), Head: sha256.Sum256(fmt.Append(nil, i))}
		var err error
		hashes[i], err = all[i].Hash()
		require.NoError(t, err)
	}
	return all, hashes
}

// TestRootsAreThoseOfTheStandard takes leaves and roots from the test vectors of Certificate Transparency, whose leaves are raw
// bytes and not cases.
func TestRootsAreThoseOfTheStandard(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}
	var hashes []casefile.Hash
	require.Equal(t, roots[0], merkle.Root(hashes).String())
	for i, text := range inputs {
		raw, err := hex.DecodeString(text)
		require.NoError(t, err)
		hashes = append(hashes, sha256.Sum256(append([]byte{0}, raw...)))
		require.Equal(t, roots[i+1], merkle.Root(hashes).String())
	}
}

func TestEveryLeafIsProvedAndNoOther(t *testing.T) {
	for n := 1; n <= 40; n++ {
		all, hashes := leaves(t, n)
		root := merkle.Root(hashes)
		for i := range all {
			p := merkle.Proof{Root: root, Size: int64(n), Index: int64(i), Leaf: all[i], Path: merkle.Path(hashes, i)}
			require.NoError(t, p.Verify(), "%d of %d", i, n)
			for name, harm := range map[string]func(*merkle.Proof){
				"another sequence": func(p *merkle.Proof) { p.Leaf.Sequence++ },
				"another head":     func(p *merkle.Proof) { p.Leaf.Head[3] ^= 1 },
				"another case":     func(p *merkle.Proof) { p.Leaf.Case += "x" },
				"another root":     func(p *merkle.Proof) { p.Root[0] ^= 1 },
				"another place":    func(p *merkle.Proof) { p.Index = (p.Index + 1) % int64(n+1) },
				"a longer path":    func(p *merkle.Proof) { p.Path = append(p.Path, root) },
				"below zero":       func(p *merkle.Proof) { p.Index = -1 },
			} {
				wrong := p
				wrong.Path = append([]casefile.Hash{}, p.Path...)
				harm(&wrong)
				require.ErrorIs(t, wrong.Verify(), merkle.ErrProof, "%s, %d of %d", name, i, n)
			}
			if len(p.Path) > 0 {
				p.Path = p.Path[:len(p.Path)-1]
				require.ErrorIs(t, p.Verify(), merkle.ErrProof)
			}
		}
	}
}

// TestChunksAreNodesOfTheTree: a root and a path can be put together from the roots of chunks and the leaves of one of them.
func TestChunksAreNodesOfTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5*merkle.Chunk).Draw(t, "leaves")
		all, hashes := leaves(t, n)
		var roots []casefile.Hash
		for from := 0; from < n; from += merkle.Chunk {
			roots = append(roots, merkle.Root(hashes[from:min(n, from+merkle.Chunk)]))
		}
		require.Equal(t, merkle.Root(hashes), merkle.Root(roots))
		i := rapid.IntRange(0, n-1).Draw(t, "leaf")
		chunk := i / merkle.Chunk
		path := merkle.Path(hashes[chunk*merkle.Chunk:min(n, (chunk+1)*merkle.Chunk)], i%merkle.Chunk)
		path = append(path, merkle.Path(roots, chunk)...)
		p := merkle.Proof{Root: merkle.Root(roots), Size: int64(n), Index: int64(i), Leaf: all[i], Path: path}
		require.NoError(t, p.Verify())
	})
}
