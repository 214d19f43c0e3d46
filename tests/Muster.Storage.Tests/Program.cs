using Muster.Storage.Tests.Sqlite;

using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Muster.Storage.Tests;

/// <summary>Runs the tests, as xunit's own entry point would, or the process that a crash test kills.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [DoomedWriter.Verb, var path] => await DoomedWriter.RunAsync(path),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };
}
