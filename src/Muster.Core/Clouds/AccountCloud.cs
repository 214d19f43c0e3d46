using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

using Muster.Core.Accounts;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Core.Clouds;

/// <summary>A cloud as one account sees it: opened with the account's service key when first called, and anew when that key changes.</summary>
/// <remarks>
/// While the account has no key, or one that the cloud refuses, every call is <see cref="CloudErrorKind.Unauthorized"/>, and the next one
/// looks into the store again: whoever put a newer key there, on whatever server, it is found.
/// </remarks>
/// <param name="account">Whose.</param>
/// <param name="clouds">Opens connections.</param>
/// <param name="store">Where the account and its key are.</param>
/// <param name="sealer">Opens the key.</param>
public sealed class AccountCloud(AccountId account, ICloudByAccount clouds, IStore store, ISecretSealer sealer) : ICloud, IInstanceAdoption
{
    private readonly SemaphoreSlim gate = new(1, 1);

    // Under the gate.
    private KeyedConnection? current;

    /// <inheritdoc/>
    public CloudTraits Traits => clouds.Traits;

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await EnterAsync(cancellationToken);
        try
        {
            await using var pages = connection.Cloud.ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await connection.TellingAsync(() => pages.MoveNextAsync().AsTask()))
            {
                yield return pages.Current;
            }
        }
        finally
        {
            await connection.LeaveAsync();
        }
    }

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        UseAsync(cloud => cloud.LaunchAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => UseAsync(
        async cloud =>
        {
            await cloud.TerminateAsync(instance, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) =>
        UseAsync(cloud => cloud.CheckAsync(template, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Instance>> FindTaggedAsync(string tag, string value, CancellationToken cancellationToken) =>
        UseAsync(cloud => AdoptionOf(cloud).FindTaggedAsync(tag, value, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task TagAsync(InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) => UseAsync(
        async cloud =>
        {
            await AdoptionOf(cloud).TagAsync(instance, tags, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await EnterAsync(cancellationToken);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Retired);
            await using var changes = connection.Cloud.WatchAsync(installation, either.Token).GetAsyncEnumerator(either.Token);
            while (await connection.TellingAsync(() => NextAsync(changes, connection, cancellationToken)))
            {
                yield return changes.Current;
            }
        }
        finally
        {
            await connection.LeaveAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        if (current is { } last)
        {
            current = null;
            await last.RetireAsync();
        }

        gate.Dispose();
    }

    private static IInstanceAdoption AdoptionOf(ICloud cloud) => cloud as IInstanceAdoption
        ?? throw new CloudException(CloudErrorKind.InvalidRequest, "this kind of cloud cannot take over instances that others made");

    private static async Task<bool> NextAsync(
        IAsyncEnumerator<CloudChange> changes, KeyedConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (OperationCanceledException) when (connection.Retired.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(CloudErrorKind.Unavailable, "the account's service key changed: listening begins anew");
        }
    }

    private async Task<T> UseAsync<T>(Func<ICloud, Task<T>> call, CancellationToken cancellationToken)
    {
        var connection = await EnterAsync(cancellationToken);
        try
        {
            return await connection.TellingAsync(() => call(connection.Cloud));
        }
        finally
        {
            await connection.LeaveAsync();
        }
    }

    private async Task<KeyedConnection> EnterAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (current is not { IsRefused: false })
            {
                await RenewAsync(cancellationToken);
            }

            current!.Enter();
            return current;
        }
        catch (StoreException error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"the account's service key cannot be read: {error.Message}", innerException: error);
        }
        catch (SealException error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"the account's service key cannot be opened: {error.Message}", innerException: error);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var key = await store.FindKeyAsync(account, clouds.KeyName, cancellationToken);
        if (current is { } before)
        {
            if (before.Key == key?.Id)
            {
                // Refused, and still the only one: the cloud is asked again, since the account may have put it back.
                before.IsRefused = false;
                return;
            }

            current = null;
            await before.RetireAsync();
        }

        current = key is null ? throw await AccountKeys.MissingAsync(account, clouds.KeyName, store, cancellationToken) : await OpenAsync(key, cancellationToken);
    }

    private async Task<KeyedConnection> OpenAsync(ServiceKey key, CancellationToken cancellationToken)
    {
        var (login, secret) = await AccountKeys.OpenAsync(key, store, sealer, cancellationToken);
        try
        {
            return new(key.Id, clouds.Open(login, secret));
        }
        catch (FormatException error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, "the account's service key in the store is none", innerException: error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
