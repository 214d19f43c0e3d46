using System.Security.Cryptography;

using Microsoft.AspNetCore.DataProtection;

using Muster.Core.Accounts;

namespace Muster.Server.Secrets;

/// <summary>Seals with ASP.NET's data protection: a directory of keys that only its owner may read, made when first needed.</summary>
/// <remarks>
/// Servers that share a store share the directory, or have copies of it. A secret that another server sealed with a key this one has not
/// read yet is tried once more after a new look into the directory.
/// </remarks>
public sealed class KeyringSealer : ISecretSealer
{
    private const string Scheme = "keyring";

    /// <summary>The owner, and nobody else.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// A ring that makes new keys by itself would make other ones on each server whose copy is apart: one key serves until the operator
    /// makes another.
    /// </summary>
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(365 * 100);

    private readonly DirectoryInfo _directory;
    private IDataProtectionProvider _ring;

    private KeyringSealer(DirectoryInfo directory)
    {
        _directory = directory;
        _ring = Read();
    }

    /// <summary>Opens the key ring in a directory, which is made if need be.</summary>
    /// <exception cref="SealException">It cannot be made, or others than its owner may look into it.</exception>
    public static KeyringSealer Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // There, what a directory lets others do is inherited from above.
                Directory.CreateDirectory(path);
            }
            else if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
            else if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            {
                throw new SealException($"the key ring {path} is open to others than its owner: chmod 700 {path}");
            }

            return new(new(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"the key ring {path} cannot be used: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken) =>
        Task.FromResult(new SealedSecret(Scheme, Try(
            purpose, "seal", protector =>
            {
                var copy = secret.ToArray();
                try
                {
                    return Convert.ToBase64String(protector.Protect(copy));
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(copy);
                }
            })));

    /// <inheritdoc/>
    public Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken)
    {
        if (secret.Scheme != Scheme)
        {
            throw new SealException($"it was sealed by {secret.Scheme}, and the configuration names a key ring");
        }

        try
        {
            return Task.FromResult(Unprotect(secret, purpose));
        }
        catch (SealException)
        {
            // Another server may have made the key since the ring was read.
            Volatile.Write(ref _ring, Read());
            return Task.FromResult(Unprotect(secret, purpose));
        }
    }

    private byte[] Unprotect(SealedSecret secret, string purpose) =>
        Try(purpose, "open", protector => protector.Unprotect(Convert.FromBase64String(secret.Data)));

    private T Try<T>(string purpose, string verb, Func<IDataProtector, T> use)
    {
        try
        {
            return use(Volatile.Read(ref _ring).CreateProtector(purpose));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SealException(
                $"the key ring {_directory.FullName} does not {verb} it: is it the one that all servers of this store have?", error);
        }
    }

    private IDataProtectionProvider Read() => DataProtectionProvider.Create(
        _directory, builder => builder.SetApplicationName("muster").SetDefaultKeyLifetime(KeyLife));
}
