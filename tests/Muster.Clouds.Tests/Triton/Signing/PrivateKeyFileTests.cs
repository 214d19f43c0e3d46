using System.Security.Cryptography;

using Muster.Clouds.Kit;
using Muster.Clouds.Triton.Signing;

namespace Muster.Clouds.Tests.Triton.Signing;

public sealed class PrivateKeyFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-keys-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("rsa", "-b", "2048")]
    [InlineData("ecdsa", "-b", "256")]
    [InlineData("ecdsa", "-b", "384")]
    [InlineData("ecdsa", "-b", "521")]
    [InlineData("ed25519")]
    public void A_key_in_OpenSSHs_form_is_the_one_that_was_made(string type, params string[] more)
    {
        var path = Keys.Make(type, more);
        var made = Convert.FromBase64String(KeyMaker.Public(path).Split(' ')[1]);

        using var signer = Read(path);

        Assert.Equal(made, signer.PublicKey.ToArray());
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    [InlineData("ed25519")]
    public void A_key_in_OpenSSHs_form_that_is_cut_short_is_damaged(string type)
    {
        var path = Keys.Make(type);
        var text = File.ReadAllText(path);
        var key = Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
        File.WriteAllText(path, PemEncoding.WriteString("OPENSSH PRIVATE KEY", key.AsSpan(0, key.Length / 2)));

        var error = Assert.Throws<FormatException>(() => Read(path));

        Assert.EndsWith("; this is none, or it is damaged", error.Message, StringComparison.Ordinal);
    }

    // What is wrong is a run of bytes: one, as where a bit turned; or as many as a number has. RSA's numbers take long to be looked at.
    [Theory]
    [InlineData("rsa", 64, 64)]
    [InlineData("ecdsa", 1, 1)]
    [InlineData("ecdsa", 16, 8)]
    [InlineData("ed25519", 1, 1)]
    [InlineData("ed25519", 16, 8)]
    public void A_key_in_OpenSSHs_form_of_which_bytes_are_wrong_is_damaged_or_a_key(string type, int width, int step)
    {
        var text = File.ReadAllText(Keys.Make(type));
        var good = Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
        for (var position = 0; position + width <= good.Length; position += step)
        {
            foreach (var wrong in (byte[])[0, 0x80, 0xff])
            {
                var key = good.ToArray();
                key.AsSpan(position, width).Fill(wrong);
                try
                {
                    PrivateKeyFile.Parse(PemEncoding.WriteString("OPENSSH PRIVATE KEY", key), HashAlgorithmName.SHA256).Dispose();
                }
                catch (FormatException error)
                {
                    Assert.Matches("^a (private key of RSA .*|key without a passphrase.*)$", error.Message);
                }
            }
        }
    }

    [Theory]
    [InlineData]
    [InlineData("-m", "PEM")]
    [InlineData("-m", "PKCS8")]
    public void A_key_with_a_passphrase_is_for_the_agent(params string[] more)
    {
        var path = Path.Combine(_directory.FullName, "locked");
        KeyMaker.Run("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "sesame", "-f", path, .. more]);

        var error = Assert.Throws<FormatException>(() => Read(path));

        Assert.StartsWith("a key without a passphrase", error.Message, StringComparison.Ordinal);
    }

    private KeyMaker Keys => new(_directory.FullName);

    private static ISigner Read(string path) => PrivateKeyFile.Read(path, HashAlgorithmName.SHA256, CloudFiles.OnDisk);
}
