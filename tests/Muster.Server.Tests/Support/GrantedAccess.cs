using System.Collections.Immutable;
using System.Text;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Remote.Wire;
using Muster.Server.Tasks;

namespace Muster.Server.Tests.Support;

/// <summary>What opens cloud <c>sim</c>, with secrets that a test can look for; no other cloud is there unless the test adds it.</summary>
internal sealed class GrantedAccess : ICloudAccess
{
    /// <summary>In every secret of it.</summary>
    public const string Secret = "wohlbehütet-7c1d";

    private const string KeyFile = "/etc/muster/key";

    /// <summary>The clouds that are there.</summary>
    public HashSet<string> Clouds { get; } = ["sim"];

    /// <summary>Thrown instead of an answer; null for none.</summary>
    public Exception? Fault { get; set; }

    /// <summary>For whom it was asked, in order.</summary>
    public List<SweepKey> Asked { get; } = [];

    public Task<CloudAccess> GrantAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        Asked.Add(sweep);
        if (Fault is { } fault)
        {
            throw fault;
        }

        if (!Clouds.Contains(sweep.Cloud))
        {
            throw new InputException("cloud", sweep.Cloud, "sim");
        }

        return Task.FromResult(new CloudAccess
        {
            Name = sweep.Cloud,
            Kind = "simulated",
            DataDirectory = "/var/lib/muster",
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("key_file", KeyFile).Add("password", Secret),
            Files = ImmutableSortedDictionary<string, byte[]>.Empty.Add(KeyFile, Encoding.UTF8.GetBytes(Secret)),
            Login = sweep.Account.ToString(),
            AccountKey = Encoding.UTF8.GetBytes(Secret),
        });
    }
}
