namespace Muster.Outbound.Tests;

/// <summary>Files that hold secrets are their owner's alone, but for what a supervisor lays out for one service.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-secret-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0b100_000_000, false)] // 0400
    [InlineData(0b110_000_000, false)] // 0600
    [InlineData(0b110_100_000, true)] // 0640
    [InlineData(0b110_000_100, true)] // 0604
    [InlineData(0b110_010_000, true)] // 0620
    public void A_file_is_open_when_anybody_but_its_owner_may_do_anything(int mode, bool isOpen) =>
        Assert.Equal(isOpen, SecretFile.IsOpenToOthers(Written((UnixFileMode)mode), credentials: null));

    [Theory]
    [InlineData(0b100_100_000, false)] // 0440, as systemd shows a file with an access list
    [InlineData(0b110_110_000, true)] // 0660
    [InlineData(0b100_100_100, true)] // 0444
    public void A_credential_of_the_supervisors_may_look_readable_for_the_group(int mode, bool isOpen) =>
        Assert.Equal(isOpen, SecretFile.IsOpenToOthers(Written((UnixFileMode)mode), credentials: _folder + "/"));

    [Fact]
    public void A_file_below_or_beside_the_credentials_is_judged_like_any_other()
    {
        var file = Written(UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.True(SecretFile.IsOpenToOthers(file, Path.GetDirectoryName(_folder)));
        Assert.True(SecretFile.IsOpenToOthers(file, _folder + "-other"));
    }

    private string Written(UnixFileMode mode)
    {
        var file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, "s");
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
