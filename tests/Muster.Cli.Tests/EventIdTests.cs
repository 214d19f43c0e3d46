using System.Reflection;

using Microsoft.Extensions.Logging;

namespace Muster.Cli.Tests;

/// <summary>An event id says which line of the log it is, to alerts too: one id, one line.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void No_two_lines_of_the_log_have_one_event_id()
    {
        string[] rooms = ["Muster.Core", "Muster.Clouds", "Muster.Storage", "Muster.Nomad", "Muster.Remote", "Muster.Server", "Muster.Terraform", "muster"];
        var lines = rooms
            .SelectMany(room => Assembly.Load(room).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Name: $"{method.DeclaringType!.Name}.{method.Name}", Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(each => each.Line is not null)
            .ToList();

        Assert.True(lines.Count > 20, $"{lines.Count} lines");
        Assert.Empty(lines.GroupBy(each => each.Line!.EventId).Where(same => same.Skip(1).Any()).Select(same => $"{same.Key}: {string.Join(", ", same.Select(each => each.Name))}"));
        Assert.All(lines, each => Assert.True(each.Line!.EventId > 0, each.Name));
    }
}
