using System.Buffers;
using System.Globalization;
using System.Text.Json;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Muster.Core;
using Muster.Nomad.Jobs;

namespace Muster.Nomad.Identities;

/// <summary>Reads the tokens that Nomad signs for tasks (RFC 7519), and believes those of the installation's own jobs.</summary>
/// <remarks>
/// Whoever may submit jobs in the namespace can have such a token made for a job of any id: it proves no more than Nomad's own rights do.
/// See docs/decisions/0082-what-a-task-proves.md.
/// </remarks>
/// <param name="installation">Whose tasks they are.</param>
/// <param name="space">Nomad's namespace; null for <c>default</c>.</param>
/// <param name="keys">The keys that Nomad signs with.</param>
/// <param name="timeProvider">The clock; near Nomad's.</param>
public sealed class TaskProofs(InstallationId installation, string? space, SigningKeys keys, TimeProvider timeProvider)
{
    /// <summary>Nomad's are about 1,000 long.</summary>
    private const int LengthMax = 8192;

    private const string NoToken = "it is not a token of the form that Nomad signs";
    private const string NamespaceClaim = "nomad_namespace", JobClaim = "nomad_job_id", AllocationClaim = "nomad_allocation_id";

    /// <summary>How far clocks may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // How far Nomad's clock was ahead when its last token came, in ticks; 0 when it was near enough. Written and read by any thread.
    private long _aheadTicks;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LengthMax };

    /// <summary>Why no task can prove what it is, and what to do about it; null when nothing is known to stand in the way.</summary>
    public string? Obstacle => keys.Obstacle ?? (TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks)) is { Ticks: > 0 } ahead
        ? string.Create(CultureInfo.InvariantCulture,
            $"Nomad's clock is {Math.Round(ahead.TotalSeconds)} s ahead of this server's: what it signs is not valid yet, "
            + $"and its tasks are refused; set the clocks right")
        : null);

    /// <summary>Reads Nomad's keys unless they are known and fresh.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => keys.RefreshAsync(cancellationToken);

    /// <summary>What a token proves.</summary>
    /// <param name="token">As it came; untrusted.</param>
    /// <param name="cancellationToken">Gives up waiting for Nomad's keys.</param>
    /// <exception cref="IdentityException">Nothing, or that cannot be found out now.</exception>
    public async ValueTask<TaskProof> ReadAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var read = Parse(token);

        // Before the key is looked for: nobody makes us ask Nomad with a token that no key could save.
        var (algorithm, id) = Claims(() => (read.Alg, read.Kid));
        if (algorithm != SecurityAlgorithms.RsaSha256)
        {
            throw Refused("it is not signed with RS256");
        }

        CheckAudience(read);
        var ahead = CheckTimes(read);
        var key = await keys.FindAsync(id is { Length: > 0 } ? id : throw Refused("it does not name its key"), cancellationToken);
        await CheckSignatureAsync(read, key);
        var proof = Proof(read);

        // Only what Nomad really signed tells of its clock.
        var isEarly = ahead > Skew;
        Interlocked.Exchange(ref _aheadTicks, isEarly ? ahead.Ticks : 0);
        return isEarly ? throw Refused("its time has not come yet") : proof;
    }

    private JsonWebToken Parse(string token)
    {
        if (token.Length > LengthMax)
        {
            throw Refused("it is too long for one of Nomad's");
        }

        // What the library says of it may quote it; and it reads more than what the form allows.
        return token.AsSpan().ContainsAnyExcept(Letters) ? throw Refused(NoToken) : Claims(() => _handler.ReadJsonWebToken(token));
    }

    private void CheckAudience(JsonWebToken token)
    {
        if (!Claims(() => token.Audiences.Contains(TaskIdentity.AudienceOf(installation), StringComparer.Ordinal)))
        {
            throw Refused("it was not made for this installation");
        }
    }

    /// <returns>How long it is until the token's time comes; less than nothing when it has.</returns>
    private TimeSpan CheckTimes(JsonWebToken token)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        var (from, until) = Claims(() => (token.ValidFrom, token.ValidTo));

        // The library says the least of all times for one that is not given.
        if (until == DateTime.MinValue)
        {
            throw Refused("it would never end");
        }

        if (until <= now - Skew)
        {
            throw Refused("its time is over");
        }

        return from - now;
    }

    private async Task CheckSignatureAsync(JsonWebToken token, RsaSecurityKey key)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],

            // Nomad names itself only where it is told to; whose the key is says who signed. The rest is checked here, by Muster's clock.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        if (!result.IsValid)
        {
            throw Refused("its signature is not Nomad's");
        }
    }

    private TaskProof Proof(JsonWebToken token)
    {
        if (Text(token, NamespaceClaim) != (space ?? "default"))
        {
            throw Refused("its job is in another namespace");
        }

        var job = Text(token, JobClaim);
        return JobIds.KeyOf(installation, job) is { } key
            ? new(key, job, Text(token, AllocationClaim) is { Length: > 0 } allocation ? allocation : throw Refused("it names no run"))
            : throw Refused("its job is none of this installation's");
    }

    private static string Text(JsonWebToken token, string claim) =>
        Claims(() => token.TryGetPayloadValue<string>(claim, out var value) ? value : "");

    /// <summary>The library reads a claim when it is asked for, and may find then that it is of another kind.</summary>
    private static T Claims<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (
            error is ArgumentException or SecurityTokenException or JsonException or FormatException or InvalidOperationException)
        {
            throw Refused(NoToken);
        }
    }

    private static IdentityException Refused(string why) => new($"the token does not prove a task of Nomad's: {why}", isTransient: false);
}
