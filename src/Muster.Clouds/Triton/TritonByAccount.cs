using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Clouds.Triton.Accounts;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Signing;
using Muster.Core.Accounts;
using Muster.Core.Clouds;

namespace Muster.Clouds.Triton;

/// <summary>Triton as whichever account owns a group, with the service key that the account gave Muster.</summary>
internal sealed class TritonByAccount(
    TritonCloudOptions options, X509Certificate2Collection? authorities, TimeProvider timeProvider, Action<string> say)
    : ICloudByAccount
{
    private readonly CloudApiAuthority _authority = new(options, authorities, timeProvider);

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = TritonCloud.TraitsOf(options);

    /// <inheritdoc/>
    public string KeyName => options.KeyName;

    /// <inheritdoc/>
    public ICallerAuthority Authority => _authority;

    /// <inheritdoc/>
    public ICloud Open(string login, ReadOnlySpan<byte> privateKey)
    {
        var signer = PrivateKeyFile.Parse(Encoding.ASCII.GetString(privateKey), options.RsaHash);
        return new TritonCloud(
            options with { Account = login }, new(signer, login, user: null, timeProvider), authorities, timeProvider, say);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return ValueTask.CompletedTask;
    }
}
