using System.Reflection;

using Microsoft.Extensions.Logging;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests;

/// <summary>An event id says which line of the log it is, to alerts too: one id, one line.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void No_two_lines_of_the_log_have_one_event_id()
    {
        var rooms = Rooms(typeof(MusterProgram).Assembly, []);
        // Every folder of src is looked at, or a new room's lines would go unseen.
        Assert.Equal(
            Directory.EnumerateDirectories(Path.Combine(RepositoryRoot.Path, "src")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            rooms.Select(room => room.GetName().Name == "muster" ? "Muster.Cli" : room.GetName().Name).Order(StringComparer.Ordinal));
        var lines = rooms
            .SelectMany(room => room.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(
                method => (Name: $"{method.DeclaringType!.Name}.{method.Name}", Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(each => each.Line is not null)
            .ToList();

        Assert.True(lines.Count > 20, $"{lines.Count} lines");
        Assert.Empty(lines.GroupBy(each => each.Line!.EventId)
            .Where(same => same.Skip(1).Any())
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(each => each.Name))}"));
        Assert.All(lines, each => Assert.True(each.Line!.EventId > 0, each.Name));
    }

    /// <summary>The executable and every room of Muster's own that it refers to, at any remove.</summary>
    private static HashSet<Assembly> Rooms(Assembly room, HashSet<Assembly> known)
    {
        if (known.Add(room))
        {
            foreach (var name in room.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Muster.", StringComparison.Ordinal)))
            {
                Rooms(Assembly.Load(name), known);
            }
        }

        return known;
    }
}
