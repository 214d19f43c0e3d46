using System.Net;
using System.Text;

using Muster.EndToEnd.Steering.Support;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Steering;

/// <summary>A receiver that a real Alertmanager calls.</summary>
public sealed class AlertmanagerTests
{
    [Fact]
    public async Task An_alert_adds_instances_and_the_secret_that_lets_it_in_is_in_no_line_of_the_log()
    {
        var folder = DevServer.NewData();
        try
        {
            await using var server = await SteeringServer.StartAsync();
            await server.AddGroupAsync("web", 3);
            var address = (await server.SayAsync("policy create pager --group web --kind receiver --on-alarm +30%")).Trim();
            var (receiver, secret) = (address[..address.LastIndexOf('/')], address[(address.LastIndexOf('/') + 1)..]);
            Assert.StartsWith("msr_", secret, StringComparison.Ordinal);
            var file = Path.Combine(folder, "muster.secret");
            await File.WriteAllTextAsync(file, secret, TestContext.Current.CancellationToken);
            var (alertmanager, url) = await Daemons.AlertmanagerAsync(folder, receiver, file);
            await using var running = alertmanager;

            using var http = new HttpClient();
            using var alert = new StringContent("""[{"labels": {"alertname": "Busy"}}]""", Encoding.UTF8, "application/json");
            using var taken = await http.PostAsync($"{url}/api/v2/alerts", alert, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            var show = await server.UntilRunningAsync("web", 4);

            Assert.Equal("pager", show.GetProperty("capacity").GetProperty("author").GetString());
            var move = Assert.Single(await server.MovesAsync("web", "pager"));
            Assert.StartsWith(
                "capacity 3 → 4 by policy pager: alarm Busy: +30%", move.GetProperty("description").GetString(), StringComparison.Ordinal);

            // Whoever has no way to send a header has the secret in the path.
            var path = new Uri(address).AbsolutePath;
            using var told = await server.PostAsync(path, """{"desired": 2}""");
            using var refused = await server.PostAsync(path.Replace("msr_", "msr_x", StringComparison.Ordinal), """{"desired": 9}""");
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (told.StatusCode, refused.StatusCode));
            await server.UntilRunningAsync("web", 2);

            Assert.Contains("/v1/receivers/", server.Log, StringComparison.Ordinal);
            Assert.DoesNotContain(secret["msr_".Length..], server.Log, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
