using Muster.Clouds.Ec2.Signing;
using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Credentials;

/// <summary>Finds what signs calls, in the order of the <c>aws</c> program, and renews it in time. Safe to share.</summary>
/// <remarks>
/// What lies in a file or in the environment is read anew at each call, so that a rotated key counts at once. What somebody gives out is
/// kept until shortly before it ends. See docs/decisions/0220-ec2-without-its-sdk.md.
/// </remarks>
internal sealed class CredentialChain : IDisposable
{
    /// <summary>What ends sooner is renewed first.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Of what does not say when it ends.</summary>
    private static readonly TimeSpan KeptWithoutEnd = TimeSpan.FromMinutes(15);

    private readonly CredentialOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly TokenHttp _http;
    private readonly Sts _sts;
    private readonly ProfileKeys _profiles;
    private readonly HostKeys _host;
    private readonly SemaphoreSlim _gate = new(1, 1);

    // Guarded by the gate.
    private AwsKeys? _given;
    private DateTimeOffset _goodUntil;

    // Set from anywhere: what is kept does not count any more.
    private volatile bool _isForgotten;

    public CredentialChain(CredentialOptions options, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _http = new(timeProvider);
        _sts = new(options, _http, timeProvider);
        _host = new(options, _http);
        _profiles = new(options, _sts, new(options, _http, timeProvider), _host);
    }

    /// <summary>What signs now.</summary>
    /// <exception cref="CloudException">
    /// There is none: <see cref="CloudErrorKind.Unauthorized"/> where a person has to mend that, <see cref="CloudErrorKind.Unavailable"/>
    /// where whoever gives it out does not answer.
    /// </exception>
    public async ValueTask<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        if (_options.RoleArn is null && Lasting() is { } lasting)
        {
            return lasting;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var now = _timeProvider.GetUtcNow();
            if (_given is not null && now < _goodUntil && !_isForgotten)
            {
                return _given;
            }

            _isForgotten = false;
            var found = await FindAsync(cancellationToken);
            _given = _options.RoleArn is { } role
                ? await _sts.AssumeAsync(found, role, "muster", _options.ExternalId, cancellationToken)
                : found;
            _goodUntil = _given.ExpiresAt is { } end ? end - Ahead : now + KeptWithoutEnd;
            return _given;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Has what was given out not be used again.</summary>
    public void Forget() => _isForgotten = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    /// <summary>What needs nobody to give it out; null where there is none.</summary>
    private AwsKeys? Lasting() =>
        (_options.IsByFiles ? null : EnvironmentKeys.Find(_options)) ?? _profiles.FindLasting(_options.ProfileName);

    private async Task<AwsKeys> FindAsync(CancellationToken cancellationToken)
    {
        if (Lasting() is { } lasting)
        {
            return lasting;
        }

        if (!_options.IsByFiles && await EnvironmentKeys.FindByWebIdentityAsync(_options, _sts, cancellationToken) is { } identity)
        {
            return identity;
        }

        if (await _profiles.FindAsync(_options.ProfileName, cancellationToken) is { } profile)
        {
            return profile;
        }

        if (_options.IsByFiles)
        {
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"cloud '{_options.Cloud}' has no credential: the shared files have no profile '{_options.ProfileName}', or no key in it");
        }

        return await _host.FindAsync(cancellationToken)
            ?? throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"cloud '{_options.Cloud}' has no credential: there is none in the environment (AWS_ACCESS_KEY_ID), in profile "
                + $"'{_options.ProfileName}' of {_options.AwsDirectory}, of a container or of this instance; "
                + $"name a file with clouds.{_options.Cloud}.credentials_file");
    }
}
