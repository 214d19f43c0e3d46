using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Libvirt.Seeds;
using Muster.Clouds.Libvirt.Templates;
using Muster.Clouds.Tests.Daemons;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>The volume that cloud-init reads, as a reader sees it that nobody here wrote.</summary>
public sealed class NoCloudSeedTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-iso-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("#cloud-config\nruncmd: [ echo ]\n")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_reader_of_archives_finds_both_files_by_name(string? userData)
    {
        Assert.SkipUnless(
            Tool.Exists("bsdtar"), "bsdtar, which reads images of discs, is not on this machine (apt-get install libarchive-tools)");
        var iso = Path.Combine(_directory, "seed.iso");
        await File.WriteAllBytesAsync(iso, Seed(userData), TestContext.Current.CancellationToken);

        var names = await Tool.RunAsync("bsdtar", ["-tf", iso]);
        var user = await Tool.RunAsync("bsdtar", ["-xOf", iso, "user-data"]);
        var meta = await Tool.RunAsync("bsdtar", ["-xOf", iso, "meta-data"]);

        Assert.Equal(
            [".", "meta-data", "user-data"], names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(userData ?? "#cloud-config\n{}\n", user);
        Assert.Equal(
            """
            {
              "instance-id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
              "local-hostname": "web-1",
              "public-keys": "ssh-ed25519 AAAA \"me\""
            }
            """,
            meta);
    }

    [Fact]
    public void Its_label_is_the_one_that_is_looked_for()
    {
        var seed = Seed("x");

        Assert.Equal("cidata", Encoding.ASCII.GetString(seed, (16 * 2048) + 40, 32).TrimEnd());
        Assert.Equal("cidata", Encoding.BigEndianUnicode.GetString(seed, (17 * 2048) + 40, 32).TrimEnd());
        Assert.Equal(0, seed.Length % 2048);
    }

    [Fact]
    public void User_data_of_many_sectors_have_their_room() =>
        Assert.Equal((25 + 1 + 32) * 2048, Seed(new string('x', 64 * 1024)).Length);

    private static byte[] Seed(string? userData) => NoCloudSeed.Write(
        new Guid("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
        "web-1",
        new LibvirtSpec(
            new("default", "base"), "default", CloneKind.Linked, null, 1 << 30, 1, [], null, false, null, null, [], userData,
            ImmutableSortedDictionary<string, string>.Empty.Add("public-keys", "ssh-ed25519 AAAA \"me\"")),
        new DateTimeOffset(2026, 11, 30, 1, 2, 3, TimeSpan.Zero));
}
