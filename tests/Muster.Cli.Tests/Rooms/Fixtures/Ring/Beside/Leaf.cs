namespace Muster.Cli.Tests.Rooms.Fixtures.Ring.Beside;

/// <summary>Is used, uses nothing, and so belongs to no circle.</summary>
internal sealed record Leaf;
