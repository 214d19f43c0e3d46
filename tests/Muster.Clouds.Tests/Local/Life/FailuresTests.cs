using Muster.Clouds.Local.Life;
using Muster.Clouds.Local.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Local.Life;

public sealed class FailuresTests
{
    public static TheoryData<int, CloudErrorKind> Numbers => new()
    {
        { LibC.ErrorAgain, CloudErrorKind.QuotaExceeded },
        { LibC.ErrorNoMemory, CloudErrorKind.OutOfStock },
        { LibC.ErrorTooBig, CloudErrorKind.InvalidRequest },
        { LibC.ErrorFilesInProcess, CloudErrorKind.Unavailable },
        { LibC.ErrorNoSpace, CloudErrorKind.Unavailable },
        { 5, CloudErrorKind.Unavailable },
    };

    [Theory, MemberData(nameof(Numbers))]
    public void What_the_system_refuses_has_the_kind_that_the_reaction_needs(int number, CloudErrorKind kind)
    {
        var error = Failures.Translate(LibC.Failure("posix_spawn", "/bin/sh", number), "launch 7");

        Assert.Equal(kind, error.Kind);
        Assert.StartsWith("launch 7: ", error.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public void Dotnets_own_errors_carry_the_systems_number_too()
    {
        // The kernel's device that is always full.
        var full = Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "x"));

        Assert.Contains("the disk is full", Failures.Translate(full, "launch").Message, StringComparison.Ordinal);
    }
}
