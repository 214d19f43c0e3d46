using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using Muster.Server.Logging;

namespace Muster.Server.Tests.Logging;

public sealed class TextFormatterTests
{
    [Fact]
    public void An_event_is_one_line_in_which_nothing_is_obeyed()
    {
        using var written = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(
            LogLevel.Warning,
            "Muster.Cli",
            new EventId(2101),
            "Cloud exec: \e[2J\u009b31m\u202eevil\r\nsecond",
            new IOException("a\nb"),
            (state, _) => state);

        new TextFormatter(TimeProvider.System).Write(entry, null, written);

        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\x1b\[33m)?warn(\x1b\[0m)?: Muster\.Cli\[2101\] Cloud exec: "
            + @"\\x1b\[2J\\x9b31m\\u202eevil second System\.IO\.IOException: a b\n$",
            written.ToString());
    }
}
