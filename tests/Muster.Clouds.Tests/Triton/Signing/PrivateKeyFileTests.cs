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
