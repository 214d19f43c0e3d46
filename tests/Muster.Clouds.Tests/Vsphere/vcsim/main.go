// Command vcsim starts govmomi's vCenter simulator for ./test --vcsim: over TLS, with one user, and with a folder for Muster.
// Prints its address and the SHA-256 of its certificate, and ends with its standard input.
package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/simulator"
)

func main() {
	log.SetOutput(io.Discard)
	user := url.UserPassword(os.Args[1], os.Args[2])
	model := simulator.VPX()
	model.Cluster = 2
	if err := model.Create(); err != nil {
		panic(err)
	}
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{User: user, Host: "127.0.0.1:0"}
	server := model.Service.NewServer()
	address := *server.URL
	address.User = user
	client, err := govmomi.NewClient(context.Background(), &address, true)
	if err != nil {
		panic(err)
	}
	folder, err := find.NewFinder(client.Client, true).Folder(context.Background(), "/DC0/vm")
	if err != nil {
		panic(err)
	}
	if _, err = folder.CreateFolder(context.Background(), "muster"); err != nil {
		panic(err)
	}
	address.User = nil
	fmt.Printf("%s %x\n", address.String(), sha256.Sum256(server.Certificate().Raw))
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Close()
	model.Remove()
}
