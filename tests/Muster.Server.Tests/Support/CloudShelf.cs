using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Server.Tests.Support;

/// <summary>The clouds of a test.</summary>
internal sealed class CloudShelf(params CloudEntry[] entries) : ICloudDirectory
{
    public IReadOnlyList<CloudEntry> Entries { get; } = [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    public CloudEntry? Find(AccountId account, string name) => Entries.FirstOrDefault(entry => entry.Name == name);
}
