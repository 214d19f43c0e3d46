using Muster.Clouds.Tests.Local;

using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Muster.Clouds.Tests;

internal static class Program
{
    private static Task<int> Main(string[] args) => args switch
    {
        [LocalOwner.Mode, ..] => LocalOwner.RunAsync(args),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
