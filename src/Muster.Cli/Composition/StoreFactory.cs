using Muster.Cli.Configuration;
using Muster.Core.Storage;

namespace Muster.Cli.Composition;

/// <summary>Opens the configured store.</summary>
internal static class StoreFactory
{
    /// <summary>Opens it, for this process alone; makes it when it is not there.</summary>
    /// <exception cref="CliException">Its directory cannot be written.</exception>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unusable"/>: damaged, newer, or in use by another server.</exception>
    public static Task<IStore> OpenAsync(StoreConfig config, TimeProvider time, Core.IRandomSource random, CancellationToken cancellationToken)
    {
        DataDirectory.Prepare(Path.GetDirectoryName(config.Path)!);
        throw new NotSupportedException();
    }
}
