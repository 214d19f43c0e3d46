using System.Runtime.CompilerServices;
using System.Text;

using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Tests.Clouds;

/// <summary>An empty cloud that lets in or refuses by key, and counts its connections.</summary>
internal sealed class KeyedClouds : ICloudByAccount
{
    public HashSet<string> Refused { get; } = [];

    public List<string> Speakers { get; } = [];

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public CloudTraits Traits { get; } = new()
    {
        PageSize = 10, LaunchTokens = true, GroupFilter = true, Watches = false, ListingLagMax = TimeSpan.Zero, ReadsPerSecond = 1,
        WritesPerSecond = 1, Burst = 1,
    };

    public string KeyName => "service";

    public ICallerAuthority Authority => throw new NotSupportedException("nobody calls here");

    public ICloud Open(string login, ReadOnlySpan<byte> privateKey)
    {
        Opened++;
        var key = Encoding.UTF8.GetString(privateKey);
        Speakers.Add($"{login} {key}");
        return new Connection(this, key);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Connection(KeyedClouds clouds, string key) : ICloud
    {
        public CloudTraits Traits => clouds.Traits;

        public async IAsyncEnumerable<InstancePage> ListAsync(
            InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            if (clouds.Refused.Contains(key))
            {
                throw new CloudException(CloudErrorKind.Unauthorized, "the key is refused");
            }

            yield break;
        }

        public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            clouds.Closed++;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Seals nothing, but only what is its own.</summary>
internal sealed class PlainSealer : ISecretSealer
{
    public Task<SealedSecret> SealAsync(ReadOnlyMemory<byte> secret, string purpose, CancellationToken cancellationToken) =>
        Task.FromResult(new SealedSecret("plain", Encoding.UTF8.GetString(secret.Span)));

    public Task<byte[]> OpenAsync(SealedSecret secret, string purpose, CancellationToken cancellationToken) => secret.Scheme == "plain"
        ? Task.FromResult(Encoding.UTF8.GetBytes(secret.Data))
        : throw new SealException($"it was sealed by {secret.Scheme}");
}
