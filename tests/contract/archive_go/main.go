// Checks one archive log with code that is not ours: x/mod opens the checkpoint and the proofs, Tessera's fsck walks the log.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func leaves(bundle []byte) ([][]byte, error) {
	parsed := &api.EntryBundle{}
	if err := parsed.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(parsed.Entries))
	for _, entry := range parsed.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

func check(folder, vkey string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(folder + "/checkpoint")
	if err != nil {
		return err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	fmt.Print(opened.Text)
	if err := checkProofs(folder, verifier); err != nil {
		return err
	}
	log := &client.FileFetcher{Root: folder}
	return fsck.New(verifier.Name(), verifier, log, leaves, fsck.Opts{N: 1}).Check(context.Background())
}

// checkProofs takes each .tlog-proof apart as C2SP writes it and lets x/mod's tlog follow it to the signed root.
func checkProofs(folder string, verifier note.Verifier) error {
	names, err := filepath.Glob(folder + "/proofs/*.tlog-proof")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := checkProof(name, verifier); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	fmt.Printf("%d proofs\n", len(names))
	return nil
}

func checkProof(name string, verifier note.Verifier) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("no proof file")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof := make(tlog.RecordProof, len(lines)-3)
	for i, line := range lines[3:] {
		if proof[i], err = tlog.ParseHash(line); err != nil {
			return err
		}
	}
	opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		return err
	}
	said := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(said[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(said[2])
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry))
}

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
