using Muster.Cli.Tests.Rooms.Fixtures.Ring.Beside;
using Muster.Cli.Tests.Rooms.Fixtures.Ring.Third;

namespace Muster.Cli.Tests.Rooms.Fixtures.Ring.Second;

/// <summary>Goes on with the circle, and uses something beside it.</summary>
internal sealed record Two(Three? Next, Leaf? Aside);
