using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Vsphere.Machines;
using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Templates;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Templates;
using Muster.Simulators.Vsphere.Machines;

namespace Muster.Clouds.Tests.Vsphere;

/// <summary>What a template becomes on the wire, and which ones are refused without a call.</summary>
public sealed class VsphereTemplateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_plain_template_is_cloned_with_its_marks_and_started()
    {
        var spec = VsphereTemplates.Read(Local.Requests.Template("Templates/debian-12")).Required;

        Assert.Equal(
            """
            <?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:xsd="http://www.w3.org/2001/XMLSchema"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
            <CloneVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><folder type="Folder">group-v8</folder>
            <name>web-1</name><spec><location><pool type="ResourcePool">resgroup-2</pool></location><template>false</template><config>
            <instanceUuid>55555555-5555-4555-8555-555555555555</instanceUuid>
            <extraConfig xsi:type="OptionValue"><key>muster.tags</key>
            <value xsi:type="xsd:string">muster.group_name=a%26b</value></extraConfig>
            <extraConfig xsi:type="OptionValue"><key>muster.made</key>
            <value xsi:type="xsd:string">1970-01-01T00:00:00.000Z</value></extraConfig>
            <extraConfig xsi:type="OptionValue"><key>muster.image</key>
            <value xsi:type="xsd:string">Templates/debian-12</value></extraConfig>
            </config><powerOn>true</powerOn></spec></CloneVM_Task></soapenv:Body></soapenv:Envelope>
            """.ReplaceLineEndings(""),
            Body(spec, Place()));
    }

    [Fact]
    public void All_of_a_template_is_in_the_order_of_vCenters_types()
    {
        var template = Local.Requests.Template("debian-12") with
        {
            Size = "4cpu,8g",
            Networks = ["VM-Network", "web"],
            UserData = "#cloud-config",
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("role", "a<b"),
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("cores_per_socket", "2").Add("clone", "linked"),
        };
        var spec = VsphereTemplates.Read(template).Required;
        var place = Place() with
        {
            Datastore = new("Datastore", "datastore-4"),
            Snapshot = new("VirtualMachineSnapshot", "snapshot-5"),
            Adapters = [("4000", "VirtualE1000e")],
            Networks = [new("VM-Network"), new("web", "50 1f", "dvportgroup-7")],
        };

        var body = Body(spec, place);

        Assert.Contains(
            """
            <location><datastore type="Datastore">datastore-4</datastore><diskMoveType>createNewChildDiskBacking</diskMoveType>
            <pool type="ResourcePool">resgroup-2</pool><deviceChange><operation>edit</operation><device xsi:type="VirtualE1000e">
            <key>4000</key><backing xsi:type="VirtualEthernetCardNetworkBackingInfo"><deviceName>VM-Network</deviceName></backing>
            <connectable><startConnected>true</startConnected><allowGuestControl>true</allowGuestControl><connected>true</connected>
            </connectable></device></deviceChange></location>
            """.ReplaceLineEndings(""),
            body, StringComparison.Ordinal);
        Assert.Contains(
            """
            <numCPUs>4</numCPUs><numCoresPerSocket>2</numCoresPerSocket><memoryMB>8192</memoryMB><deviceChange><operation>add</operation>
            <device xsi:type="VirtualVmxnet3"><key>-100</key><backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo">
            <port><switchUuid>50 1f</switchUuid><portgroupKey>dvportgroup-7</portgroupKey></port></backing>
            """.ReplaceLineEndings(""),
            body, StringComparison.Ordinal);
        Assert.Contains("""<key>guestinfo.role</key><value xsi:type="xsd:string">a&lt;b</value>""", body, StringComparison.Ordinal);
        Assert.Contains(
            """<key>guestinfo.userdata</key><value xsi:type="xsd:string">I2Nsb3VkLWNvbmZpZw==</value>""", body, StringComparison.Ordinal);
        Assert.Contains(
            """<key>guestinfo.userdata.encoding</key><value xsi:type="xsd:string">base64</value>""", body, StringComparison.Ordinal);
        Assert.EndsWith(
            """<powerOn>true</powerOn><snapshot type="VirtualMachineSnapshot">snapshot-5</snapshot></spec></CloneVM_Task>"""
            + "</soapenv:Body></soapenv:Envelope>",
            body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_with_user_data_is_told_its_name()
    {
        var spec = VsphereTemplates.Read(Local.Requests.Template("x") with { UserData = "hi" }).Required;

        var guest = VsphereTemplates.GuestInfoOf(spec, "id-1", "9._Web-1");

        Assert.Equal(
            """{"instance-id":"id-1","local-hostname":"9--web-1"}""",
            Encoding.UTF8.GetString(Convert.FromBase64String(guest["metadata"])));
    }

    [Fact]
    public async Task The_simulator_gets_all_of_it()
    {
        await using var harness = await VsphereHarness.StartAsync();
        var options = ImmutableSortedDictionary<string, string>.Empty
            .Add("cluster", "east").Add("resource_pool", "web").Add("datastore", "hdd").Add("folder", "batch").Add("clone", "linked")
            .Add("customization", "linux");

        var launched = await harness.Cloud.LaunchAsync(
            harness.Request(template => template with
            {
                Image = VsphereCatalogue.Image, Size = "4cpu,8g", Networks = ["web", "VM-Network"], Options = options,
            }),
            Cancellation);

        var vm = harness.Of(launched);
        Assert.Equal(
            (4, 8192L, "resgroup-24", "datastore-42", "group-v9", true, "example.com", "dvportgroup-53,network-51"),
            (vm.Cpus, vm.MemoryMib, vm.Pool, vm.Datastore, vm.Folder, vm.IsLinked, vm.Customized, string.Join(',', vm.Networks)));
    }

    [Theory]
    [InlineData("1.5cpu", "size is '1.5cpu': whole processors, 1 to 960: 2cpu,4g")]
    [InlineData("2cpu,1023m", "size is '2cpu,1023m': memory in steps of 4 MiB: 2cpu,4g")]
    public void A_size_that_cannot_be_is_refused(string size, string message) => Assert.Equal(
        message, VsphereTemplates.Read(Local.Requests.Template("x") with { Size = size }).Refusal);

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var template = Local.Requests.Template("/x/") with
        {
            FirewallEnabled = true,
            UserData = new string('x', 65_536),
            Networks = ["a/"],
            Size = "4cpu",
            Metadata = ImmutableSortedDictionary<string, string>.Empty
                .Add("empty", "").Add("userdata", "x").Add("control", "\u0001").Add("metadata.encoding", "x"),
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("cores_per_socket", "3").Add("clone", "half").Add("colour", "red"),
        };

        Assert.Equal(
            [
                "image", "network", "firewall", "user_data", "metadata.control", "metadata.empty", "metadata.metadata.encoding",
                "metadata.userdata", "options.clone", "options.cores_per_socket", "options.colour",
            ],
            VsphereTemplates.Read(template).Findings.Select(finding => finding.Field));
    }

    private static LaunchPlace Place() => new()
    {
        Source = new("VirtualMachine", "vm-1"), Folder = new("Folder", "group-v8"), Pool = new("ResourcePool", "resgroup-2"),
    };

    private static string Body(VmSpec spec, LaunchPlace place)
    {
        var expected = new Vm
        {
            Ref = new("VirtualMachine", ""),
            Uuid = "55555555-5555-4555-8555-555555555555",
            Name = "web-1",
            Tags = ImmutableSortedDictionary<string, string>.Empty.Add("muster.group_name", "a&b"),
            Made = DateTimeOffset.UnixEpoch,
            Power = "poweredOff",
            Connection = "connected",
        };
        return Encoding.UTF8.GetString(
            SoapWriter.Write("CloneVM_Task", place.Source, writer => CloneBody.Write(writer, expected, spec, place)));
    }
}
