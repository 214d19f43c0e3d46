using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Kit;

/// <summary>A kind of cloud: says what it is, and opens clouds of it. Holds nothing, and is safe to share.</summary>
/// <remarks>What only some kinds can do is an interface of its own, such as <see cref="IKindByAccount"/>.</remarks>
public interface ICloudKind
{
    /// <summary>What configurations call it: <c>docker</c>.</summary>
    string Name { get; }

    /// <summary>Its options, template fields, credential and least privilege: pages, help, checks and refusals come from here.</summary>
    KindDescription Description { get; }

    /// <summary>Reads the options, and the files that they name. Nothing is started or written, and the cloud is not called.</summary>
    /// <exception cref="InputException">At least one is unknown or wrong; names every one.</exception>
    void Check(CloudSetup setup);

    /// <summary>Opens one. A cloud over the network is not called yet.</summary>
    /// <exception cref="InputException">As <see cref="Check"/>.</exception>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken);
}
