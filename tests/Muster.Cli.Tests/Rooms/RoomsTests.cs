using System.Reflection;

namespace Muster.Cli.Tests.Rooms;

/// <summary>The direction of dependencies, read off the assemblies, so that it cannot rot.</summary>
public sealed class RoomsTests
{
    [Theory]
    [InlineData("Muster.Core")]
    [InlineData("Muster.Outbound")]
    [InlineData("Muster.Api", "Muster.Outbound")]
    [InlineData("Muster.Clouds", "Muster.Core", "Muster.Outbound")]
    [InlineData("Muster.Records", "Muster.Core")]
    [InlineData("Muster.Storage", "Muster.Core", "Muster.Records")]
    [InlineData("Muster.Metrics", "Muster.Core", "Muster.Outbound")]
    [InlineData("Muster.Health", "Muster.Core", "Muster.Outbound")]
    [InlineData("Muster.Traffic", "Muster.Core", "Muster.Outbound")]
    [InlineData("Muster.Nomad", "Muster.Core", "Muster.Outbound")]
    [InlineData("Muster.Simulators")]
    [InlineData("Muster.Remote", "Muster.Core", "Muster.Records", "Muster.Outbound")]
    [InlineData("Muster.Server", "Muster.Core", "Muster.Api", "Muster.Remote", "Muster.Outbound")]
    [InlineData("Muster.Triton", "Muster.Core", "Muster.Server", "Muster.Storage")]
    [InlineData("Muster.Terraform", "Muster.Core", "Muster.Api", "Muster.Outbound")]
    public void A_room_knows_only_the_rooms_it_may(string room, params string[] allowed)
    {
        var known = Assembly.Load(room).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Muster.", StringComparison.Ordinal));

        Assert.Empty(known.Except(allowed));
    }

    [Fact]
    public void What_belongs_to_the_original_can_be_taken_out()
    {
        var muster = typeof(MusterProgram).Assembly;
        Assert.Contains("Muster.Triton", muster.GetReferencedAssemblies().Select(reference => reference.Name));

        var others = muster.GetReferencedAssemblies()
            .Where(reference => reference.Name!.StartsWith("Muster.", StringComparison.Ordinal))
            .Select(Assembly.Load);
        Assert.DoesNotContain(others, room => room.GetReferencedAssemblies().Any(reference => reference.Name == "Muster.Triton"));
    }

    [Theory]
    [InlineData("Muster.Core", "Cronos")]
    [InlineData("Muster.Records")]
    [InlineData("Muster.Outbound")]
    [InlineData("Muster.Api")]
    public void The_engine_and_the_wire_types_stand_on_the_base_library_alone(string room, params string[] butFor)
    {
        var foreign = Assembly.Load(room).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            // Which of our own a room may know is the other test's business.
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Muster.", StringComparison.Ordinal));

        Assert.Empty(foreign.Except(butFor));
    }
}
