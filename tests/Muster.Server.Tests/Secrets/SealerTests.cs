using System.Runtime.Versioning;
using System.Text;

using Muster.Core.Accounts;
using Muster.Server.Secrets;

namespace Muster.Server.Tests.Secrets;

/// <summary>What seals the store's secrets: the real key ring, and Vault's transit engine as its documentation has it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SealerTests : IDisposable
{
    private const string Purpose = "service key of a";
    private static readonly byte[] Secret = "a private key"u8.ToArray();

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-seal-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Ring => Path.Combine(_directory, "keyring");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_secret_comes_back_for_its_own_purpose_alone()
    {
        var sealer = KeyringSealer.Open(Ring);

        var kept = await sealer.SealAsync(Secret, Purpose, Cancellation);

        Assert.Equal(Secret, await sealer.OpenAsync(kept, Purpose, Cancellation));
        await Assert.ThrowsAsync<SealException>(() => sealer.OpenAsync(kept, "service key of b", Cancellation));
        await Assert.ThrowsAsync<SealException>(
            () => sealer.OpenAsync(kept with { Data = kept.Data[..^8] + "AAAAAAA=" }, Purpose, Cancellation));
    }

    [Fact]
    public async Task Servers_with_one_ring_open_each_others_secrets()
    {
        var (one, other) = (KeyringSealer.Open(Ring), KeyringSealer.Open(Ring));

        var kept = await one.SealAsync(Secret, Purpose, Cancellation);

        Assert.Equal(Secret, await other.OpenAsync(kept, Purpose, Cancellation));
    }

    [Fact]
    public async Task A_server_with_another_ring_says_so()
    {
        var kept = await KeyringSealer.Open(Ring).SealAsync(Secret, Purpose, Cancellation);

        var error = await Assert.ThrowsAsync<SealException>(
            () => KeyringSealer.Open(Path.Combine(_directory, "another")).OpenAsync(kept, Purpose, Cancellation));

        Assert.Contains("is it the one that all servers of this store have?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ring_is_its_owners_alone()
    {
        await KeyringSealer.Open(Ring).SealAsync(Secret, Purpose, Cancellation);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Ring));
        Assert.All(
            Directory.GetFiles(Ring), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        File.SetUnixFileMode(Ring, File.GetUnixFileMode(Ring) | UnixFileMode.GroupRead);
        Assert.Contains("chmod 700", Assert.Throws<SealException>(() => KeyringSealer.Open(Ring)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vault_seals_for_a_purpose_and_is_named_when_it_refuses()
    {
        await using var vault = await FakeVault.StartAsync("s.token");
        var file = Path.Combine(_directory, "token");
        await File.WriteAllTextAsync(file, "s.token\n", Cancellation);
        using var sealer = new VaultSealer(new() { Url = vault.Url, Key = "muster", TokenFile = file });

        var kept = await sealer.SealAsync(Secret, Purpose, Cancellation);

        Assert.StartsWith("vault:v1:", kept.Data, StringComparison.Ordinal);
        Assert.Equal(Secret, await sealer.OpenAsync(kept, Purpose, Cancellation));
        await Assert.ThrowsAsync<SealException>(() => sealer.OpenAsync(kept, "service key of b", Cancellation));
        await File.WriteAllTextAsync(file, "s.outdated", Cancellation);
        var error = await Assert.ThrowsAsync<SealException>(() => sealer.OpenAsync(kept, Purpose, Cancellation));
        Assert.EndsWith("does not decrypt with transit key 'muster': status 403", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s.outdated", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_sealed_the_other_refuses_by_name()
    {
        using var vault = new VaultSealer(new() { Url = new("http://127.0.0.1:1"), Key = "muster", TokenFile = "none" });
        var kept = await KeyringSealer.Open(Ring).SealAsync(Encoding.UTF8.GetBytes("x"), Purpose, Cancellation);

        var error = await Assert.ThrowsAsync<SealException>(() => vault.OpenAsync(kept, Purpose, Cancellation));

        Assert.Equal("it was sealed by keyring, and the configuration names a Vault", error.Message);
    }
}
