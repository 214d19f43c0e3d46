using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Probes;

public sealed class ProbeTargetTests
{
    private static readonly Instance Several = Some.Instance() with
    {
        Addresses = ["web.example.com", "203.0.113.7", "10.1.2.3", "fd00::7"],
        Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("port", "8123").Add("odd", "http").Add("zero", "0"),
    };

    [Theory]
    [InlineData(null, "203.0.113.7:8080")]
    [InlineData("10.0.0.0/8", "10.1.2.3:8080")]
    [InlineData("::/0", "[fd00::7]:8080")]
    [InlineData("0.0.0.0/0", "203.0.113.7:8080")]
    public void The_first_address_within_the_network_is_asked_and_no_name_is_resolved(string? network, string address) =>
        Assert.Equal(address, Target(Some.Check() with { Network = network }).Address?.ToString());

    [Fact]
    public void The_port_may_be_the_instance_s_own() =>
        Assert.Equal(8123, Target(Some.Check(port: null) with { Attribute = "port" }).Address?.Port);

    [Theory]
    [InlineData("other", "it has no attribute other")]
    [InlineData("odd", "its attribute odd is 'http': no port")]
    [InlineData("zero", "its attribute zero is '0': no port")]
    public async Task Without_a_port_it_is_unknown_and_told(string attribute, string why)
    {
        using var probing = new Probing(Some.Check(port: null) with { Attribute = attribute }, Several);

        Assert.Equal(ProbeResult.Unknown(why), await probing.AskAsync());
    }

    [Fact]
    public async Task Without_an_address_it_is_unknown_and_told()
    {
        Assert.Equal(
            ProbeResult.Unknown("it has no address in 172.16.0.0/12"),
            await Probing.OnceAsync(Some.Check() with { Network = "172.16.0.0/12" }, Several));
        Assert.Equal(ProbeResult.Unknown("it has no address"), await Probing.OnceAsync(Some.Check(), Several with { Addresses = [] }));
    }

    private static ProbeTarget Target(HealthCheck check) => new(new(check), Several);
}
