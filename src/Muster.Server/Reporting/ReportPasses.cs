using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Launching;
using Muster.Core.Storage;

namespace Muster.Server.Reporting;

/// <summary>Makes the tokens by which instances report their own health, and knows them again.</summary>
/// <remarks>
/// Nothing is kept of a token: a key of the installation, sealed in the store, makes and proves all of them
/// (docs/decisions/0375-an-instance-speaks-for-itself.md). The first key is made when it is needed.
/// </remarks>
/// <param name="store">Where the keys are.</param>
/// <param name="sealer">Seals and opens them.</param>
/// <param name="installation">Whose they are.</param>
/// <param name="timeProvider">The store's clock.</param>
/// <param name="address">Where instances reach the server; null where nobody has said, and it cannot be known.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that gave out no wait handle holds nothing.")]
public sealed class ReportPasses(
    IReportKeyStore store, ISecretSealer sealer, InstallationId installation, TimeProvider timeProvider, Func<string?> address)
    : IReportPasses
{
    /// <summary>Most keys: so often they may be renewed without one being retired.</summary>
    public const int KeysMax = 8;

    private const string Purpose = "instances' reports";

    /// <summary>For how long a server makes do with the keys that it knows.</summary>
    private static readonly TimeSpan MakeDo = TimeSpan.FromMinutes(1);

    /// <summary>How soon it looks again for one that it does not know: whoever makes tokens up must not be a load on the store.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A new key is for launches from then on: by then every server knows it, and a launch that is asked again is asked with the same
    /// token.
    /// </summary>
    private static readonly TimeSpan SettleTime = MakeDo * 2;

    private readonly SemaphoreSlim _turn = new(1);
    private Known? _known;

    /// <inheritdoc/>
    public async Task<ReportPass> MakeAsync(
        AccountId account, GroupId group, LaunchId launch, DateTimeOffset launchedAt, CancellationToken cancellationToken)
    {
        if (address() is not { } url)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                "the template asks for {{muster.report_url}}, and nobody has said where instances reach this server: set [server] url");
        }

        try
        {
            var keys = await KeysAsync(MakeDo, cancellationToken);
            if (keys.IsEmpty)
            {
                await MakeFirstAsync(cancellationToken);
                keys = await KeysAsync(TimeSpan.Zero, cancellationToken);
            }

            var key = keys.LastOrDefault(one => one.Key.Since + SettleTime <= launchedAt) ?? keys[0];
            var token = new ReportToken(key.Key.Number, group, launch);
            return new(token.Write(key.Secret.AsSpan(), installation, account), $"{url.TrimEnd('/')}/v1/instances/self/health");
        }
        catch (Exception error) when (error is SealException or StoreException)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable, $"the key of instances' tokens cannot be had: {error.Message}", innerException: error);
        }
    }

    /// <summary>The keys, without their secrets, oldest first.</summary>
    public Task<ImmutableArray<ReportKey>> ListAsync(CancellationToken cancellationToken) => store.ReadReportKeysAsync(cancellationToken);

    /// <summary>Makes a new key, for all who are launched from soon on.</summary>
    /// <param name="retires">Whether the others prove nothing any more: the tokens of all who live die with them.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The keys, oldest first.</returns>
    /// <exception cref="InputException">There are too many already.</exception>
    /// <exception cref="SealException">It cannot be sealed.</exception>
    public async Task<ImmutableArray<ReportKey>> RenewAsync(bool retires, CancellationToken cancellationToken)
    {
        var (secret, now) = (await SealNewAsync(cancellationToken), timeProvider.GetUtcNow());
        var keys = await store.ChangeReportKeysAsync(
            before =>
            {
                if (!retires && before.Length >= KeysMax)
                {
                    throw new InputException("retire", "false", $"true: there are {KeysMax} keys already, and no more are kept");
                }

                var next = new ReportKey(before.Select(key => key.Number).DefaultIfEmpty(0).Max() + 1, now, secret);
                return retires ? [next] : before.Add(next);
            },
            cancellationToken);
        Volatile.Write(ref _known, null);
        return keys;
    }

    /// <summary>Whether a token was made here.</summary>
    /// <param name="token">What it says.</param>
    /// <param name="proof">What proves it.</param>
    /// <param name="account">Whose its group is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SealException">A key cannot be opened.</exception>
    /// <exception cref="StoreException">The keys cannot be read.</exception>
    internal async Task<bool> IsGoodAsync(ReportToken token, byte[] proof, AccountId account, CancellationToken cancellationToken)
    {
        var key = Find(await KeysAsync(MakeDo, cancellationToken)) ?? Find(await KeysAsync(LookAgain, cancellationToken));
        return key is not null && token.IsProvenBy(proof, key.Secret.AsSpan(), installation, account);

        OpenKey? Find(ImmutableArray<OpenKey> keys) => keys.FirstOrDefault(one => one.Key.Number == token.Key);
    }

    private async Task MakeFirstAsync(CancellationToken cancellationToken)
    {
        var first = new ReportKey(1, timeProvider.GetUtcNow(), await SealNewAsync(cancellationToken));
        await store.ChangeReportKeysAsync(keys => keys.IsEmpty ? [first] : keys, cancellationToken);
    }

    private async Task<SealedSecret> SealNewAsync(CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(ReportToken.KeyBytes);
        try
        {
            return await sealer.SealAsync(secret, Purpose, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The keys as they were at most so long ago.</summary>
    private async Task<ImmutableArray<OpenKey>> KeysAsync(TimeSpan ageMax, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { } known && timeProvider.GetElapsedTime(known.At) < ageMax)
        {
            return known.Keys;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = Volatile.Read(ref _known);
            if (before is not null && timeProvider.GetElapsedTime(before.At) < ageMax)
            {
                return before.Keys;
            }

            var at = timeProvider.GetTimestamp();
            var keys = ImmutableArray.CreateBuilder<OpenKey>();
            foreach (var key in await store.ReadReportKeysAsync(cancellationToken))
            {
                keys.Add(before?.Keys.FirstOrDefault(one => one.Key == key)
                    ?? new(key, [.. await sealer.OpenAsync(key.Sealed, Purpose, cancellationToken)]));
            }

            Volatile.Write(ref _known, new(keys.ToImmutable(), at));
            return keys.ToImmutable();
        }
        finally
        {
            _turn.Release();
        }
    }

    private sealed record Known(ImmutableArray<OpenKey> Keys, long At);

    /// <summary>A key that proves.</summary>
    private sealed record OpenKey(ReportKey Key, ImmutableArray<byte> Secret)
    {
        /// <summary>Without the secret.</summary>
        public override string ToString() => $"key {Key.Number}";
    }
}
