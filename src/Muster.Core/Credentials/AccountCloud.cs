using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Core.Credentials;

/// <summary>A cloud as one account sees it: opened with the account's credential when first called, and anew when that changes.</summary>
/// <remarks>
/// A call whose credential the cloud refuses looks into the store and is made once more with a newer one, if there is one: a refused call
/// has done nothing. A newer credential that the cloud was seen to have takes over within <see cref="CredentialGoodFor"/> also where the
/// old one still serves, whatever server it was confirmed on. While the account has none, or only one that the cloud refuses, every call is
/// <see cref="CloudErrorKind.Unauthorized"/>.
/// </remarks>
/// <param name="account">Whose.</param>
/// <param name="clouds">Opens connections.</param>
/// <param name="safe">Finds and opens the credential.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class AccountCloud(AccountId account, ICloudByAccount clouds, CredentialSafe safe, TimeProvider timeProvider)
    : ICloud, IInstanceAdoption, IStoppingCloud
{
    /// <summary>How long a credential is used without a look into the store: one small read of an account in so many seconds.</summary>
    public static readonly TimeSpan CredentialGoodFor = TimeSpan.FromSeconds(5);

    /// <summary>An exchange of credentials takes a caller some calls to the cloud; one that takes longer has broken off.</summary>
    private static readonly TimeSpan ExchangeMax = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);

    // Under the gate.
    private CredentialConnection? _current;
    private long _lookedAt;

    // Set by anybody, taken under the gate.
    private volatile bool _isCredentialNew;

    /// <inheritdoc/>
    public CloudTraits Traits => clouds.Traits;

    /// <inheritdoc/>
    public bool CanSuspend => clouds.Traits.Suspends;

    /// <summary>The account has another credential that the cloud was seen to have: the next call looks into the store for it.</summary>
    public void OnCredentialConfirmed() => _isCredentialNew = true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (connection, pages, isThere) = await BeginAsync(filter, cancellationToken);
        try
        {
            while (isThere)
            {
                yield return pages.Current;
                isThere = await UseAsync(connection, () => pages.MoveNextAsync().AsTask(), cancellationToken);
            }
        }
        finally
        {
            await pages.DisposeAsync();
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
    public Task TagAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken) => UseAsync(
            async cloud =>
            {
                await AdoptionOf(cloud).TagAsync(instance, tags, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) =>
        UseAsync(
            async cloud =>
            {
                await StoppingOf(cloud).StopAsync(installation, instance, manner, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) => UseAsync(
        async cloud =>
        {
            await StoppingOf(cloud).StartAsync(installation, instance, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await EnterAsync(refused: null, cancellationToken);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Retired);
            await using var changes = connection.Cloud.WatchAsync(installation, either.Token).GetAsyncEnumerator(either.Token);
            while (await UseAsync(connection, () => NextAsync(changes, connection, cancellationToken), cancellationToken))
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
        await _gate.WaitAsync();
        if (_current is { } last)
        {
            _current = null;
            await last.RetireAsync();
        }

        _gate.Dispose();
    }

    private static IInstanceAdoption AdoptionOf(ICloud cloud) => cloud as IInstanceAdoption
        ?? throw new CloudException(CloudErrorKind.InvalidRequest, "this kind of cloud cannot take over instances that others made");

    private static IStoppingCloud StoppingOf(ICloud cloud) => cloud as IStoppingCloud
        ?? throw new CloudException(CloudErrorKind.InvalidRequest, "this kind of cloud cannot stop instances and start them again");

    private static async Task<bool> NextAsync(
        IAsyncEnumerator<CloudChange> changes, CredentialConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (OperationCanceledException) when (connection.Retired.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CloudException(CloudErrorKind.Unavailable, "the account's credential changed: listening begins anew");
        }
    }

    private async Task<T> UseAsync<T>(Func<ICloud, Task<T>> call, CancellationToken cancellationToken)
    {
        for (CredentialConnection? refused = null; ;)
        {
            var connection = await EnterAsync(refused?.Credential, cancellationToken);
            try
            {
                return await UseAsync(connection, () => call(connection.Cloud), cancellationToken);
            }
            catch (CloudException error) when (refused is null && IsExchange(error))
            {
                refused = connection;
            }
            finally
            {
                await connection.LeaveAsync();
            }
        }
    }

    /// <summary>Begins a listing: with the newer credential where the old one is refused on the first page.</summary>
    private async Task<(CredentialConnection Connection, IAsyncEnumerator<InstancePage> Pages, bool IsThere)> BeginAsync(
        InstanceFilter filter, CancellationToken cancellationToken)
    {
        for (CredentialConnection? refused = null; ;)
        {
            var connection = await EnterAsync(refused?.Credential, cancellationToken);
            var pages = connection.Cloud.ListAsync(filter, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return (connection, pages, await UseAsync(connection, () => pages.MoveNextAsync().AsTask(), cancellationToken));
            }
            catch (Exception error)
            {
                await pages.DisposeAsync();
                await connection.LeaveAsync();
                if (refused is not null || error is not CloudException failure || !IsExchange(failure))
                {
                    throw;
                }

                refused = connection;
            }
        }
    }

    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Unavailable"/> where the credential is refused, and the store has another, or one that the cloud is being
    /// given: who waits tries again in a moment, and not as late as for one that is gone for good.
    /// </exception>
    private async Task<T> UseAsync<T>(CredentialConnection connection, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.TellingAsync(call);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            if (await IsChangingAsync(connection.Credential, cancellationToken))
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable, $"the account's credential is being exchanged: {error.Message}", innerException: error);
            }

            throw;
        }
    }

    private static bool IsExchange(CloudException error) =>
        error is { Kind: CloudErrorKind.Unavailable, InnerException: CloudException { Kind: CloudErrorKind.Unauthorized } };

    private async Task<bool> IsChangingAsync(CredentialId refused, CancellationToken cancellationToken)
    {
        try
        {
            return await safe.FindAsync(account, clouds.KeyName, cancellationToken) is { } found
                && (found.Id != refused || (found.ConfirmedAt is null && timeProvider.GetUtcNow() - found.CreatedAt < ExchangeMax));
        }
        catch (StoreException)
        {
            // Not known: the cloud's own word stands, and the next call looks again.
            return false;
        }
    }

    /// <param name="refused">The credential that this call was refused with; null at its first try.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<CredentialConnection> EnterAsync(CredentialId? refused, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { IsRefused: false } || _current.Credential == refused)
            {
                await RenewAsync(cancellationToken);
            }
            else if (_isCredentialNew || timeProvider.GetElapsedTime(_lookedAt) >= CredentialGoodFor)
            {
                await FreshenAsync(cancellationToken);
            }

            _current!.Enter();
            return _current;
        }
        catch (StoreException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"the account's credential cannot be read: {error.Message}", innerException: error);
        }
        catch (SealException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"the account's credential cannot be opened: {error.Message}", innerException: error);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Goes over to a newer credential that the cloud was seen to have. One that it was not is left to the exchange under way: the old one
    /// may serve still.
    /// </summary>
    private async Task FreshenAsync(CancellationToken cancellationToken)
    {
        _isCredentialNew = false;
        var found = await safe.FindAsync(account, clouds.KeyName, cancellationToken);
        _lookedAt = timeProvider.GetTimestamp();
        if (_current is { } before && found is { ConfirmedAt: not null } && found.Id != before.Credential)
        {
            var next = await OpenAsync(found, cancellationToken);
            _current = next;
            await before.RetireAsync();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var found = await safe.FindAsync(account, clouds.KeyName, cancellationToken);
        _lookedAt = timeProvider.GetTimestamp();
        if (_current is { } before)
        {
            if (before.Credential == found?.Id)
            {
                // Refused, and still the only one: the cloud is asked again, since the account may have put it back.
                before.IsRefused = false;
                return;
            }

            _current = null;
            await before.RetireAsync();
        }

        _current = found is null
            ? throw await safe.MissingAsync(account, clouds.KeyName, cancellationToken)
            : await OpenAsync(found, cancellationToken);
    }

    private async Task<CredentialConnection> OpenAsync(AccountCredential credential, CancellationToken cancellationToken)
    {
        var (login, secret) = await safe.OpenAsync(credential, cancellationToken);
        try
        {
            return new(credential.Id, clouds.Open(login, secret));
        }
        catch (FormatException error)
        {
            throw new CloudException(CloudErrorKind.Unavailable, "the account's credential in the store is none", innerException: error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
