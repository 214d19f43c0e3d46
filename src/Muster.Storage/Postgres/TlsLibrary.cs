using System.Runtime.InteropServices;

using Muster.Core.Storage;

namespace Muster.Storage.Postgres;

/// <summary>Says in words that OpenSSL is missing: .NET looks for it when first needed, and ends the process when it finds none.</summary>
internal static class TlsLibrary
{
    /// <summary>
    /// What .NET looks for. See
    /// https://github.com/dotnet/runtime/blob/main/src/native/libs/System.Security.Cryptography.Native/opensslshim.c.
    /// </summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unusable"/>: it is needed and not there.</exception>
    public static void EnsureFound(PostgresStoreOptions options) => EnsureFound(options, Names);

    /// <param name="options">What is to be opened: TLS needs it, and so does a password's proof.</param>
    /// <param name="names">Any of these will do.</param>
    internal static void EnsureFound(PostgresStoreOptions options, string[] names)
    {
        var isNeeded = options.Password is not null || options.Url.Hosts.Any(host => !host.IsSocket);
        if (OperatingSystem.IsLinux() && isNeeded && !names.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"libssl is missing on this machine, and {options.Url} needs it for TLS and passwords: "
                + "install OpenSSL 3 (libssl3 in Debian and Ubuntu, openssl-libs in Fedora)");
        }
    }
}
