using Muster.Cli.Tests.Rooms.Fixtures.Ring.First;

namespace Muster.Cli.Tests.Rooms.Fixtures.Ring.Third;

/// <summary>Closes the circle.</summary>
internal sealed record Three(One? Next);
