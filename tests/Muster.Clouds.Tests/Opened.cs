using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests;

/// <summary>Clouds for harnesses and other places that cannot wait: what opening throws is thrown here.</summary>
internal static class Opened
{
    public static ICloud Now(string kind, CloudSetup setup) => Now(() => CloudKinds.OpenAsync(kind, setup, CancellationToken.None));

    public static T Now<T>(Func<Task<T>> open) => Task.Run(open).GetAwaiter().GetResult();
}
