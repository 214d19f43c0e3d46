using System.Collections.Immutable;

using Muster.Cli.Configuration;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Credentials;
using Muster.Core.Storage;
using Muster.Remote.Wire;
using Muster.Server.Tasks;

namespace Muster.Cli.Composition.Clouds;

/// <summary>
/// Gives level checks that run elsewhere what they need to open a configured cloud: its options, the files that these name, and the
/// account's credential.
/// </summary>
/// <param name="config">The clouds.</param>
/// <param name="directory">Those that are spoken to as each account.</param>
/// <param name="safe">Finds and opens credentials.</param>
internal sealed class CloudGrants(MusterConfig config, CloudDirectory directory, CredentialSafe safe) : ICloudAccess
{
    /// <inheritdoc/>
    public async Task<CloudAccess> GrantAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        var cloud = config.Clouds.FirstOrDefault(cloud => cloud.Name == sweep.Cloud)
            ?? throw new InputException("cloud", sweep.Cloud, string.Join(", ", config.Clouds.Select(cloud => cloud.Name)));
        if (!directory.Admits(sweep.Account, sweep.Cloud))
        {
            throw new InputException(
                "cloud", sweep.Cloud, "a cloud that the account may use: 'accounts' in this cloud's table does not name it");
        }

        var access = new CloudAccess
        {
            Name = cloud.Name,
            Kind = cloud.Kind,
            Options = cloud.Options.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Files = await ReadFilesAsync(cloud, cancellationToken),
            DataDirectory = config.Data,
        };
        if (directory.FindByAccount(cloud.Name) is not { } clouds)
        {
            return access;
        }

        var credential = await safe.FindAsync(sweep.Account, clouds.KeyName, cancellationToken)
            ?? throw await safe.MissingAsync(sweep.Account, clouds.KeyName, cancellationToken);
        try
        {
            var (login, secret) = await safe.OpenAsync(credential, cancellationToken);
            return access with { Login = login, AccountKey = secret };
        }
        catch (SealException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"the account's credential cannot be opened: {error.Message}", innerException: error);
        }
    }

    private static async Task<ImmutableSortedDictionary<string, byte[]>> ReadFilesAsync(
        CloudConfig cloud, CancellationToken cancellationToken)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        foreach (var (option, path) in CloudFiles.NamedBy(cloud.Options))
        {
            try
            {
                files[path] = await File.ReadAllBytesAsync(path, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"clouds.{cloud.Name}.{option} cannot be read: {error.Message}", innerException: error);
            }
        }

        return files.ToImmutable();
    }
}
