// A stand-in for the scale program of the original Triton Service Groups, for `./bench triton`: on the wire it does what that program does
// when there is nothing to do. It lists the machines of the group's name, signed with RSA and SHA-1 over the date, sorts them, compares their
// number with the one that is wanted, and writes one line of JSON. Where there is something to do it fails, since only the other case is measured.
//
// It is leaner than the original, which reads its flags through libraries that take a share of its start.
package main

import (
	"context"
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

type machine struct {
	ID          string                 `json:"id"`
	Name        string                 `json:"name"`
	Type        string                 `json:"type"`
	Brand       string                 `json:"brand"`
	State       string                 `json:"state"`
	Image       string                 `json:"image"`
	Package     string                 `json:"package"`
	Memory      int                    `json:"memory"`
	Disk        int                    `json:"disk"`
	Networks    []string               `json:"networks"`
	IPs         []string               `json:"ips"`
	PrimaryIP   string                 `json:"primaryIp"`
	Tags        map[string]interface{} `json:"tags"`
	Metadata    map[string]interface{} `json:"metadata"`
	Created     time.Time              `json:"created"`
	Updated     time.Time              `json:"updated"`
	ComputeNode string                 `json:"compute_node"`
	Firewall    bool                   `json:"firewall_enabled"`
	DomainNames []string               `json:"dns_names"`
}

type line struct {
	Level        string `json:"level"`
	Account      string `json:"account_name,omitempty"`
	Group        string `json:"tsg_name,omitempty"`
	Status       string `json:"status,omitempty"`
	Notification string `json:"notification_type,omitempty"`
	Description  string `json:"description,omitempty"`
	Error        string `json:"error,omitempty"`
	Time         string `json:"time"`
	Message      string `json:"message"`
}

func main() {
	if len(os.Args) < 2 || os.Args[1] != "scale" {
		fail(errors.New("the only command is scale"))
	}
	flags := flag.NewFlagSet("scale", flag.ExitOnError)
	account := flags.String("A", "", "account")
	keyID := flags.String("K", "", "fingerprint of the key")
	address := flags.String("U", "", "CloudAPI")
	material := flags.String("key-material", "", "base64 of a key, or of its file's path")
	group := flags.String("tsg-name", "", "group")
	count := flags.String("count", "", "how many machines")
	for _, unused := range []string{"pkg-id", "img-id", "template-id"} {
		flags.String(unused, "", "of no meaning where nothing is launched")
	}
	_ = flags.Parse(os.Args[2:])
	if err := run(*account, *keyID, *address, *material, *group, *count); err != nil {
		fail(err)
	}
}

func run(account, keyID, address, material, group, count string) error {
	wanted, err := strconv.Atoi(count)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	key, err := readKey(material)
	if err != nil {
		return err
	}
	if own := fingerprint(&key.PublicKey); own != keyID {
		return fmt.Errorf("the key is %s and not %s", own, keyID)
	}
	machines, err := list(account, keyID, address, key, group)
	if err != nil {
		return err
	}
	sort.Slice(machines, func(i, j int) bool { return machines[i].Created.Unix() > machines[j].Created.Unix() })
	if len(machines) != wanted {
		return fmt.Errorf("%d machines are wanted, and there are %d: this program only looks", wanted, len(machines))
	}
	write(line{
		Level: "info", Account: account, Group: group, Status: "successful", Notification: "TSG_INSTANCE_NO_OP",
		Description: fmt.Sprintf("Expected %d instances in TSG: %q - found %d instances", wanted, group, len(machines)), Message: "TSG is healthy",
	})
	return nil
}

func readKey(material string) (*rsa.PrivateKey, error) {
	text, err := base64.StdEncoding.DecodeString(material)
	if err != nil {
		return nil, fmt.Errorf("key-material: %w", err)
	}
	if !strings.HasPrefix(string(text), "-----BEGIN") {
		if text, err = os.ReadFile(string(text)); err != nil {
			return nil, err
		}
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("key-material: no PEM")
	}
	if block.Type == "RSA PRIVATE KEY" {
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	if key, ok := parsed.(*rsa.PrivateKey); ok {
		return key, nil
	}
	return nil, errors.New("key-material: no RSA key")
}

// The MD5 of the public key as SSH writes it, in pairs of hex digits.
func fingerprint(key *rsa.PublicKey) string {
	var blob []byte
	add := func(bytes []byte) {
		blob = binary.BigEndian.AppendUint32(blob, uint32(len(bytes)))
		blob = append(blob, bytes...)
	}
	number := func(value *big.Int) {
		bytes := value.Bytes()
		if bytes[0]&0x80 != 0 {
			bytes = append([]byte{0}, bytes...)
		}
		add(bytes)
	}
	add([]byte("ssh-rsa"))
	number(big.NewInt(int64(key.E)))
	number(key.N)
	sum := md5.Sum(blob)
	pairs := make([]string, len(sum))
	for i, octet := range sum {
		pairs[i] = fmt.Sprintf("%02x", octet)
	}
	return strings.Join(pairs, ":")
}

func list(account, keyID, address string, key *rsa.PrivateKey, group string) ([]machine, error) {
	client := &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConns:        10,
			IdleConnTimeout:     15 * time.Second,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	endpoint, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	endpoint.Path = "/" + account + "/machines"
	endpoint.RawQuery = url.Values{"offset": {"0"}, "tag.tsg.name": {group}}.Encode()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, endpoint.String(), nil)
	if err != nil {
		return nil, err
	}
	date := time.Now().UTC().Format(time.RFC1123)
	digest := sha1.Sum([]byte("date: " + date))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA1, digest[:])
	if err != nil {
		return nil, err
	}
	request.Header.Set("Date", date)
	request.Header.Set("Authorization", fmt.Sprintf(
		`Signature keyId="/%s/keys/%s",algorithm="rsa-sha1",headers="date",signature="%s"`, account, keyID, base64.StdEncoding.EncodeToString(signature)))
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Version", "8")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		return nil, fmt.Errorf("CloudAPI answers %d: %s", response.StatusCode, body)
	}
	var machines []machine
	return machines, json.NewDecoder(response.Body).Decode(&machines)
}

func fail(err error) {
	write(line{Level: "error", Error: err.Error(), Message: "unable to run"})
	os.Exit(1)
}

func write(what line) {
	what.Time = time.Now().UTC().Format(time.RFC3339)
	text, _ := json.Marshal(what)
	fmt.Fprintln(os.Stderr, string(text))
}
