using System.Text.Json;

using Muster.Terraform.Logs;

namespace Muster.Terraform.Tests.Logs;

public sealed class PluginLogTests
{
    [Fact]
    public void A_line_is_an_object_in_Terraforms_own_form()
    {
        using var output = new StringWriter();
        new PluginLog(output, PluginLogLevel.Debug, TimeProvider.System).Write(PluginLogLevel.Info, "a \"word\"\nor two", ("path", "/v1"));

        Assert.Equal(1, output.ToString().Count(c => c == '\n'));
        using var line = JsonDocument.Parse(output.ToString());
        Assert.Equal("info", line.RootElement.GetProperty("@level").GetString());
        Assert.Equal("a \"word\"\nor two", line.RootElement.GetProperty("@message").GetString());
        Assert.Equal("/v1", line.RootElement.GetProperty("path").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", line.RootElement.GetProperty("@timestamp").GetString());
    }

    [Fact]
    public void What_nobody_asked_for_is_not_written_and_long_fields_are_cut()
    {
        using var output = new StringWriter();
        var log = new PluginLog(output, PluginLogLevel.Warn, TimeProvider.System);
        log.Write(PluginLogLevel.Info, "unheard");
        Assert.Empty(output.ToString());

        log.Write(PluginLogLevel.Error, "heard", ("text", new string('x', 100_000)));
        Assert.InRange(output.ToString().Length, 4000, 10_000);
    }

    [Theory]
    [InlineData(null, null, null, "Error")]
    [InlineData("debug", null, null, "Debug")]
    [InlineData("trace", "warn", null, "Warn")]
    [InlineData("off", "off", "info", "Info")]
    [InlineData("JSON", null, null, "Trace")]
    [InlineData("", "", "", "Error")]
    public void The_narrowest_variable_decides(string? all, string? providers, string? muster, string level) => Assert.Equal(
        level,
        PluginLog.LevelOf(name => name switch
        {
            "TF_LOG" => all,
            "TF_LOG_PROVIDER" => providers,
            "TF_LOG_PROVIDER_MUSTER" => muster,
            _ => null,
        }).ToString());
}
