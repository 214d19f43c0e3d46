using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Exec;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Triton;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Clouds.Tests.Kit.Listings;

/// <summary>
/// One odd element hides no other: what is ours holds its place, what is not is skipped, and only what is no listing fails.
/// </summary>
public sealed class OddListingTests
{
    private const string Ours =
        "\"muster.installation\":\"11111111-1111-4111-8111-111111111111\",\"muster.group\":\"22222222-2222-4222-8222-222222222222\","
        + "\"muster.launch\":\"55555555-5555-4555-8555-555555555555\"";

    private static readonly string LxdOurs = Ours.Replace("\"muster.", "\"user.muster.", StringComparison.Ordinal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Ours, with one thing wrong.</summary>
    public static TheoryData<string, string> OursAndOdd => new()
    {
        { "exec", $$$"""{"id":"odd","name":"web","state":"migrating","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":7,"created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":null,"created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":"running","created_at":"yesterday","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":"running","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}},"n":5}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}},"n":null}}""" },
        { "exec", $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}},"addresses":"10.0.0.1"}""" },
        {
            "exec",
            $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}},"protected":"yes"}"""
        },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":7,"Created":1,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"Created":1,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":"running","Created":"today","Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":"running","Created":9223372036854775807,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":"running","Created":-1,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":"running","Created":1,"Labels":{{{{Ours}}},"n":5}}""" },
        { "docker", $$$"""{"Id":"odd","Names":"web","State":"running","Created":1,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"odd","Names":["/web"],"State":"running","Created":1,"Ports":{},"Labels":{{{{Ours}}}}}""" },
        { "lxd", $$$"""{"name":"odd","status":7,"config":{{{{LxdOurs}}}}}""" },
        { "lxd", $$$"""{"name":"odd","config":{{{{LxdOurs}}}}}""" },
        { "lxd", $$$"""{"name":"odd","status":"Running","created_at":"once","config":{{{{LxdOurs}}}}}""" },
        { "lxd", $$$"""{"name":"odd","status":"Running","config":{{{{LxdOurs}}},"limits.cpu":4}}""" },
        { "lxd", $$$"""{"name":"odd","status":"Running","expanded_devices":[],"config":{{{{LxdOurs}}}}}""" },
        { "triton", $$$"""{"id":"odd","name":"web","state":{},"tags":{{{{Ours}}}}}""" },
        { "triton", $$$"""{"id":"odd","name":"web","state":"running","created":"once","tags":{{{{Ours}}}}}""" },
        { "triton", $$$"""{"id":"odd","name":"web","state":"running","ips":"10.0.0.1","tags":{{{{Ours}}}}}""" },
        { "triton", $$$"""{"id":"odd","name":["web"],"state":"running","tags":{{{{Ours}}}}}""" },
        { "triton", $$$"""{"id":"odd","name":"web","state":"running","deletion_protection":"yes","tags":{{{{Ours}}}}}""" },
        // Half of a pair of UTF-16 is valid JSON and no text.
        { "exec", $$$"""{"id":"odd","name":"\ud800","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        {
            "exec",
            $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}},"n":"\ud800"}}"""
        },
        {
            "exec",
            $$$"""{"id":"odd","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}},"\udc00":"n"}}"""
        },
        { "docker", $$$"""{"Id":"odd","Names":["/\ud800"],"State":"running","Created":1,"Labels":{{{{Ours}}},"n":"x\ud800"}}""" },
        { "docker", $$$"""{"\ud800":1,"Id":"odd","Names":["/web"],"State":7,"Created":1,"Labels":{{{{Ours}}},"\ud800":"x"}}""" },
        { "lxd", $$$"""{"name":"odd","status":"\ud800","config":{{{{LxdOurs}}},"user.x":"\ud800\ud800"}}""" },
        { "triton", $$$"""{"id":"odd","name":"web","state":"running","tags":{{{{Ours}}},"n":"\ud800"}}""" },
        { "triton", $$$"""{"id":"odd","name":"\ud800","state":"running","tags":{{{{Ours}}},"\ud800":7}}""" },
    };

    /// <summary>Ours, without an id that could be named.</summary>
    public static TheoryData<string, string> OursWithoutId => new()
    {
        { "exec", $$$"""{"name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":17,"name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"","Names":["/web"],"State":"running","Created":1,"Labels":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":17,"Names":["/web"],"State":"running","Created":1,"Labels":{{{{Ours}}}}}""" },
        { "lxd", $$$"""{"name":"","status":"Running","config":{{{{LxdOurs}}}}}""" },
        { "lxd", $$$"""{"name":null,"status":"Running","config":{{{{LxdOurs}}}}}""" },
        { "triton", $$$"""{"name":"web","state":"running","tags":{{{{Ours}}}}}""" },
        { "triton", $$$"""{"id":null,"name":"web","state":"running","tags":{{{{Ours}}}}}""" },
        { "exec", $$$"""{"id":"\ud800","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""" },
        { "docker", $$$"""{"Id":"\ud800","Names":["/web"],"State":"running","Created":1,"Labels":{{{{Ours}}}}}""" },
        { "lxd", $$$"""{"name":"\ud800","status":"Running","config":{{{{LxdOurs}}}}}""" },
        { "triton", $$$"""{"id":"\udfff","name":"web","state":"running","tags":{{{{Ours}}}}}""" },
    };

    /// <summary>Nobody's that we know.</summary>
    public static TheoryData<string, string> Foreign => new()
    {
        { "exec", "null" }, { "exec", "17" }, { "exec", "\"text\"" }, { "exec", "[]" }, { "exec", "{}" },
        { "exec", """{"id":"theirs","name":"x","state":"migrating","created_at":"2026-01-01T00:00:00Z","tags":{}}""" },
        { "exec", """{"id":"theirs","name":"x","state":"running","created_at":"2026-01-01T00:00:00Z"}""" },
        {
            "exec",
            """{"id":"theirs","name":"x","state":"migrating","tags":{"muster.installation":"99999999-9999-4999-8999-999999999999"}}"""
        },
        { "docker", "null" }, { "docker", "17" }, { "docker", "\"text\"" }, { "docker", "[]" }, { "docker", "{}" },
        { "docker", """{"Id":"theirs","State":7,"Labels":{"a":"b"}}""" },
        { "docker", """{"Id":"theirs","State":"running","Labels":[]}""" },
        { "lxd", "null" }, { "lxd", "17" }, { "lxd", "\"/1.0/instances/x\"" }, { "lxd", "[]" }, { "lxd", "{}" },
        { "lxd", """{"name":"theirs","status":null,"config":null}""" },
        { "triton", "null" }, { "triton", "17" }, { "triton", "\"text\"" }, { "triton", "[]" }, { "triton", "{}" },
        { "triton", """{"id":"theirs","state":7,"tags":{}}""" },
    };

    /// <summary>No listing at all.</summary>
    public static TheoryData<string, string> NoListing => new()
    {
        { "exec", "GOOD\nnot JSON\n{\"end\":true}" }, { "exec", "GOOD\n{\"id\":\"cut\n{\"end\":true}" }, { "exec", "GOOD" }, { "exec", "" },
        { "exec", "GOOD\n{}" }, { "docker", "null" }, { "docker", "{}" }, { "docker", "[GOOD," }, { "docker", "" }, { "docker", "<html>" },
        { "docker", "\"text\"" }, { "lxd", "null" }, { "lxd", "{}" }, { "lxd", "{\"metadata\":null}" }, { "lxd", "{\"metadata\":{}}" },
        { "lxd", "{\"metadata\":[GOOD" }, { "lxd", "[]" }, { "triton", "null" }, { "triton", "{}" }, { "triton", "[GOOD," },
        { "triton", "" }, { "triton", "<html>" }, { "triton", "7" },
    };

    [Theory]
    [MemberData(nameof(OursAndOdd))]
    public async Task What_is_ours_and_odd_holds_its_place(string kind, string element)
    {
        await using var cloud = await OpenAsync(kind, Whole(kind, Good(kind), element));

        var instances = await cloud.ListAsync();

        var odd = Assert.Single(instances, instance => instance.Id.Value == "odd");
        Assert.Equal((InstanceState.Unknown, false), (odd.State, odd.IsProtected));
        Assert.StartsWith("not understood: ", odd.StateDetail, StringComparison.Ordinal);
        Assert.True(odd.IsOwnedBy(Requests.Installation, Requests.Group));
        Assert.Equal(InstanceState.Running, Assert.Single(instances, instance => instance.Id.Value == "good").State);
        Assert.Contains(cloud.Said, line => line.Contains("instance odd of ours counts as unknown", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(OursWithoutId))]
    public async Task What_is_ours_and_has_no_id_holds_its_place_and_is_no_plan_s_victim(string kind, string element)
    {
        await using var cloud = await OpenAsync(kind, Whole(kind, Good(kind), element));

        var instances = await cloud.ListAsync();

        var odd = Assert.Single(instances, instance => instance.Id.Value == "unreadable-55555555-5555-4555-8555-555555555555");
        Assert.Equal((InstanceState.Unknown, true), (odd.State, odd.IsProtected));
        Assert.Equal(2, instances.Length);
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task What_is_not_ours_and_odd_is_skipped_and_told_once(string kind, string element)
    {
        await using var cloud = await OpenAsync(kind, Whole(kind, Good(kind), element));

        for (var look = 0; look < 3; look++)
        {
            Assert.Equal("good", Assert.Single(await cloud.ListAsync()).Id.Value);
        }

        var told = Assert.Single(cloud.Said);
        Assert.Contains("an element without tags of this installation is not understood and skipped", told, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NoListing))]
    public async Task What_is_no_listing_says_nothing(string kind, string text)
    {
        await using var cloud = await OpenAsync(kind, text.Replace("GOOD", Good(kind), StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<CloudException>(cloud.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Whatever_an_element_is_the_others_are_read()
    {
        string[] junk = ["null", "0", "-1e999", "true", "\"\"", "[[]]", "{\"Id\":{}}", "{\"id\":[1]}", "{\"name\":{}}", "{\"Labels\":7}",
        "{\"config\":\"x\"}", "{\"tags\":[1]}", "\"\\ud800\"", "{\"\\ud800\":1}",
        "{\"id\":\"\\ud800\",\"tags\":{\"\\ud800\":\"\\ud800\"}}"];
        foreach (var kind in new[] { "exec", "docker", "lxd", "triton" })
        {
            await using var cloud = await OpenAsync(kind, Whole(kind, [.. junk, Good(kind), .. junk]));

            Assert.Equal("good", Assert.Single(await cloud.ListAsync()).Id.Value);
        }
    }

    [Fact]
    public async Task What_LXD_cannot_make_out_is_ours_if_it_was_before_and_else_a_listing_cut_short_if_it_may_be()
    {
        var answer = Whole("lxd", Good("lxd").Replace("good", "web-0123456789ab", StringComparison.Ordinal));
        await using var daemon = new OddDaemon(_ => Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{answer}"));
        await using var seen = Lxd.LxdHarness.Open(daemon.Socket);
        await using var fresh = Lxd.LxdHarness.Open(daemon.Socket);
        Assert.Equal(InstanceState.Running, Assert.Single(await ListAsync(seen)).State);

        // Instead of the one that was there: what stands in its place has the name alone.
        answer = """{"metadata":[{"name":"web-0123456789ab","status":"Error","config":null},{"name":"somebodys","status":"Error","location":"b"}]}""";

        var one = Assert.Single(await ListAsync(seen));
        Assert.Equal(("web-0123456789ab", InstanceState.Unknown), (one.Id.Value, one.State));
        Assert.True(one.IsOwnedBy(Requests.Installation, Requests.Group));
        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(fresh));
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("'web-0123456789ab'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_LXD_has_in_error_is_nobody_else_s()
    {
        var theirs = LxdOurs.Replace("11111111", "99999999", StringComparison.Ordinal);
        await using var cloud = await OpenAsync(
            "lxd", Whole("lxd", Good("lxd"), $$$"""{"name":"web-0123456789ab","status":"Error","config":{{{{theirs}}}}}"""));

        Assert.Equal("good", Assert.Single(await cloud.ListAsync()).Id.Value);
    }

    private static async Task<ImmutableArray<Instance>> ListAsync(ICloud cloud)
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }

    private static string Good(string kind) => kind switch
    {
        "exec" => $$$"""{"id":"good","name":"a","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{{{{Ours}}}}}""",
        "docker" => $$$"""{"Id":"good","Names":["/a"],"State":"running","Created":1,"Labels":{{{{Ours}}}}}""",
        "lxd" => $$$"""{"name":"good","status":"Running","config":{{{{LxdOurs}}}}}""",
        _ => $$$"""{"id":"good","name":"a","state":"running","tags":{{{{Ours}}}}}""",
    };

    private static string Whole(string kind, params string[] elements) => kind switch
    {
        "exec" => $"{string.Join('\n', elements)}\n{{\"end\":true}}",
        "lxd" => $"{{\"metadata\":[{string.Join(',', elements)}]}}",
        _ => $"[{string.Join(',', elements)}]",
    };

    private static async Task<Listed> OpenAsync(string kind, string text)
    {
        var listed = new Listed();
        switch (kind)
        {
            case "exec":
                var file = Path.Combine(listed.Directory, "listing");
                await File.WriteAllTextAsync(file, text, Cancellation);
                listed.Own(new ScriptedCloud($"cat '{file}'"));
                break;
            case "triton":
                var harness = await TritonHarness.StartAsync(options => options.Faults = _ => new Fault.Answer(200, text));
                listed.Own(harness, harness.Open(listed.Said.Enqueue, ("key_file", harness.KeyFile)));
                break;
            default:
                var daemon = new OddDaemon(_ => Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}"));
                listed.Own(daemon, Opened.Now(kind, new()
                {
                    Name = kind,
                    DataDirectory = "/nowhere",
                    Options = ImmutableSortedDictionary<string, string>.Empty.Add("endpoint", $"unix://{daemon.Socket}"),
                    Say = listed.Said.Enqueue,
                    Time = TimeProvider.System,
                    Random = new Muster.Core.SystemRandomSource(),
                }));
                break;
        }

        return listed;
    }

    /// <summary>A cloud, and everything that it needs.</summary>
    private sealed class Listed : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("muster-odd-listing-");
        private readonly List<IAsyncDisposable> _owned = [];
        private ICloud? _cloud;
        private ScriptedCloud? _script;

        public string Directory => _directory.FullName;

        public ConcurrentQueue<string> Said { get; private set; } = new();

        public void Own(ScriptedCloud script)
        {
            (_script, Said) = (script, script.Said);
            _owned.Add(script);
        }

        public void Own(IAsyncDisposable behind, ICloud cloud)
        {
            _cloud = cloud;
            _owned.AddRange([behind, cloud]);
        }

        public async Task<ImmutableArray<Instance>> ListAsync()
        {
            if (_script is not null)
            {
                return await _script.ListAsync();
            }

            var instances = ImmutableArray.CreateBuilder<Instance>();
            await foreach (var page in _cloud!.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
            {
                instances.AddRange(page.Instances);
            }

            return instances.ToImmutable();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in Enumerable.Reverse(_owned))
            {
                await one.DisposeAsync();
            }

            _directory.Delete(recursive: true);
        }
    }
}
