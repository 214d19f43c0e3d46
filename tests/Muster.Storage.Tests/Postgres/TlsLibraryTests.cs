using Muster.Core.Storage;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

public sealed class TlsLibraryTests
{
    [Fact]
    public void That_it_is_missing_is_said_before_it_is_needed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the store has no need of it here");
        var options = TestDatabases.Options("postgres://db/muster");

        var error = Assert.Throws<StoreException>(() => TlsLibrary.EnsureFound(options, ["libssl.so.none"]));

        Assert.Equal(StoreErrorKind.Unusable, error.Kind);
        Assert.Contains("libssl is missing on this machine", error.Message, StringComparison.Ordinal);
        TlsLibrary.EnsureFound(options);
    }

    [Fact]
    public void A_unix_socket_needs_none() =>
        TlsLibrary.EnsureFound(TestDatabases.Options("postgres:///muster?host=/run/postgresql"), ["libssl.so.none"]);
}
