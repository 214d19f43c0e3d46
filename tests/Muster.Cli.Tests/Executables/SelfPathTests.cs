using Muster.Cli.Executables;

namespace Muster.Cli.Tests.Executables;

public sealed class SelfPathTests
{
    [Theory]
    [InlineData("/usr/local/bin/muster", true, "/usr/local/bin/muster")]
    [InlineData("/opt/muster/muster-0.1.0", true, "/opt/muster/muster-0.1.0")]
    [InlineData("/clone/bin/Debug/net10.0/muster", false, "/clone/bin/Debug/net10.0/muster")]
    [InlineData("/usr/bin/dotnet", false, null)]
    [InlineData(null, true, null)]
    [InlineData(null, false, null)]
    public void The_running_executable_is_what_muster_means_and_the_runtime_is_not(string? processPath, bool isNative, string? self) =>
        Assert.Equal(self, SelfPath.Of(processPath, isNative));
}
