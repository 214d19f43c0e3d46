using System.Net;

using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Haproxy;

namespace Muster.Traffic.Tests.Haproxy;

public sealed class HaproxyTableTests
{
    private const string Head = "# pxname,svname,qcur,scur,status,check_status,last_chk,check_desc,addr,-\n";

    [Fact]
    public void Servers_are_read_by_the_names_of_the_columns()
    {
        var servers = HaproxyTable.Read($"{Head}web,muster1,1,2,UP,L7OK,,Layer7 check passed,10.0.0.1:80,-\n\n")!.Value;

        var server = Assert.Single(servers);
        Assert.Equal(("web/muster1", 3L), (server.Path, server.Sessions));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 80), server.Address);
        Assert.Equal((TrafficState.Joined, Verdict.Healthy), (server.State, HaproxyChecks.Read(server).Verdict));
    }

    [Fact]
    public void A_field_in_quotes_may_hold_commas_and_quotes()
    {
        var servers = HaproxyTable.Read(
            $"{Head}web,muster1,0,0,DOWN 1/2,L7STS,\"said \"\"no\"\", and again\",Layer7 wrong status,[fd00::1]:80,-\n")!.Value;

        var server = Assert.Single(servers);
        Assert.Equal("fd00::1", server.Address!.Address.ToString());
        Assert.Equal(Verdict.Unhealthy, HaproxyChecks.Read(server).Verdict);
        Assert.Equal("DOWN 1/2, Layer7 wrong status: said \"no\", and again", HaproxyChecks.Read(server).Detail);
    }

    [Theory]
    [InlineData("MAINT", TrafficState.Out)]
    [InlineData("MAINT (resolution)", TrafficState.Out)]
    [InlineData("DRAIN", TrafficState.Draining)]
    [InlineData("DRAIN (agent)", TrafficState.Draining)]
    [InlineData("UP 1/3", TrafficState.Joined)]
    [InlineData("no check", TrafficState.Joined)]
    public void What_a_server_does_is_told_by_its_status(string status, TrafficState state) =>
        Assert.Equal(state, HaproxyTable.Read($"{Head}web,muster1,0,0,{status},,,,10.0.0.1:80,-\n")!.Value[0].State);

    [Theory]
    [InlineData("")]
    [InlineData("INI")]
    [InlineData("* INI")]
    public void Who_was_never_checked_is_neither_healthy_nor_not(string check) => Assert.Equal(
        Verdict.Unknown, HaproxyChecks.Read(HaproxyTable.Read($"{Head}web,muster1,0,0,DOWN,{check},,,10.0.0.1:80,-\n")!.Value[0]).Verdict);

    [Fact]
    public void A_refusal_is_no_table()
    {
        Assert.Null(HaproxyTable.Read("No such proxy.\n\n"));
        Assert.Null(HaproxyTable.Read(""));
        Assert.Null(HaproxyTable.Read("# something,else\n"));
    }
}
