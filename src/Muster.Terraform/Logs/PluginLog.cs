using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Muster.Terraform.Logs;

/// <summary>
/// Writes lines that Terraform takes over into its own log: a JSON object a line, on stderr. Safe to share between threads.
/// </summary>
/// <remarks>
/// Users see them with <c>TF_LOG</c>, <c>TF_LOG_PROVIDER</c> or <c>TF_LOG_PROVIDER_MUSTER</c>. Without any of them Terraform drops
/// every line, so none but errors are written.
/// </remarks>
internal sealed class PluginLog(TextWriter output, PluginLogLevel min, TimeProvider timeProvider)
{
    /// <summary>Longest value of a field, in characters: Terraform breaks lines of more than 64 KiB.</summary>
    private const int ValueLengthMax = 4096;

    // The narrower wins.
    private static readonly string[] Variables = ["TF_LOG_PROVIDER_MUSTER", "TF_LOG_PROVIDER", "TF_LOG"];

    private readonly Lock _gate = new();

    /// <summary>The level that the environment asks for.</summary>
    public static PluginLogLevel LevelOf(Func<string, string?> environment)
    {
        var asked = Variables.Select(environment).FirstOrDefault(text => !string.IsNullOrEmpty(text));
        return asked?.ToUpperInvariant() switch
        {
            null => PluginLogLevel.Error,
            "DEBUG" => PluginLogLevel.Debug,
            "INFO" => PluginLogLevel.Info,
            "WARN" => PluginLogLevel.Warn,
            "ERROR" => PluginLogLevel.Error,
            "OFF" => PluginLogLevel.Off,
            // As Terraform does with JSON and with every word it does not know.
            _ => PluginLogLevel.Trace,
        };
    }

    public bool IsOn(PluginLogLevel level) => level >= min;

    /// <summary>Writes a line with fields.</summary>
    public void Write(PluginLogLevel level, string message, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        if (!IsOn(level))
        {
            return;
        }

        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("@level", level.ToString().ToLowerInvariant());
            json.WriteString("@message", message);
            json.WriteString("@module", "provider.muster");
            json.WriteString(
                "@timestamp", timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            foreach (var (name, value) in fields)
            {
                json.WriteString(name, value.Length <= ValueLengthMax ? value : string.Concat(value.AsSpan(0, ValueLengthMax), "..."));
            }

            json.WriteEndObject();
        }

        lock (_gate)
        {
            output.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
        }
    }

    /// <summary>Tells of the end of the process in the form that Terraform shows to users even without a log.</summary>
    public void WritePanic(Exception error)
    {
        lock (_gate)
        {
            output.WriteLine($"panic: {error.GetType().Name}: {error.Message}");
            output.WriteLine(error.StackTrace);
        }
    }
}
