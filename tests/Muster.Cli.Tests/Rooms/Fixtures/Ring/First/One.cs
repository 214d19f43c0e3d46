using Muster.Cli.Tests.Rooms.Fixtures.Ring.Second;

namespace Muster.Cli.Tests.Rooms.Fixtures.Ring.First;

/// <summary>Begins the circle.</summary>
internal sealed record One(Two? Next);

/// <summary>Makes the same edge thicker.</summary>
internal sealed record AlsoOne(Two? Next);
