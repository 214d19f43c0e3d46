using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Governing;

namespace Muster.Cli.Scaling;

/// <summary>The clouds that one run has opened, which serve its only account.</summary>
/// <param name="entries">Each once.</param>
internal sealed class OpenClouds(ImmutableArray<CloudEntry> entries) : ICloudDirectory
{
    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => entries;

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => entries.FirstOrDefault(entry => entry.Name == name);
}
