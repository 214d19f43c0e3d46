using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Muster.Traffic.Haproxy;

/// <summary>Reads what <c>show stat</c> answers: CSV whose columns the first line names. Pure.</summary>
internal static class HaproxyTable
{
    private const string Head = "# ";

    /// <summary>The servers; null where the answer is no such table, but a refusal.</summary>
    public static ImmutableArray<HaproxyServer>? Read(string answer)
    {
        var lines = answer.Split('\n');
        if (!lines[0].StartsWith(Head, StringComparison.Ordinal))
        {
            return null;
        }

        var columns = Fields(lines[0][Head.Length..]);
        int Of(string name) => columns.IndexOf(name);
        var (backend, name, address, status) = (Of("pxname"), Of("svname"), Of("addr"), Of("status"));
        var (now, waiting, check, detail, last) = (Of("scur"), Of("qcur"), Of("check_status"), Of("check_desc"), Of("last_chk"));
        var id = Of("iid");
        if (backend < 0 || name < 0 || status < 0 || now < 0)
        {
            return null;
        }

        var servers = ImmutableArray.CreateBuilder<HaproxyServer>();
        foreach (var line in lines.Skip(1))
        {
            var fields = Fields(line);
            string At(int column) => column >= 0 && column < fields.Count ? fields[column] : "";
            if (At(name).Length > 0)
            {
                servers.Add(new(
                    At(backend), At(name), Endpoint(At(address)), At(status), Number(At(now)) + Number(At(waiting)), At(check),
                    string.Join(": ", new[] { At(detail), At(last) }.Where(text => text.Length > 0)))
                {
                    BackendId = Number(At(id)), TellsAddress = At(address).Length > 0,
                });
            }
        }

        return servers.ToImmutable();
    }

    // 10.0.0.1:80, [fd00::1]:80; a slot that was never used has 0.0.0.0:0.
    private static IPEndPoint? Endpoint(string text) =>
        IPEndPoint.TryParse(text, out var address) && address.Port > 0 ? address : null;

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // RFC 4180: what holds a comma stands in quotes, and a quote in it is doubled.
    private static List<string> Fields(string line)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"')
            {
                if (isQuoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    field.Append(c);
                    i++;
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
