using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Xml;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere.Machines;
using Muster.Simulators.Vsphere.Settings;
using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere;

/// <summary>A vCenter's SOAP API: who calls, whether what is asked is well formed, and what the methods answer.</summary>
internal sealed class VsphereServer(VsphereSimulatorOptions options, VmPark park, TimeProvider timeProvider)
    : WireServer<Admitted>(options, park, timeProvider)
{
    private const string Path = "/sdk", Cookie = "vmware_soap_session", MethodItem = "method";
    private const int PageMax = 1000, FailuresMax = 5;

    private static readonly TimeSpan FailuresWithin = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, string> Rights = new(StringComparer.Ordinal)
    {
        ["CloneVM_Task"] = "VirtualMachine.Inventory.CreateFromExisting",
        ["PowerOnVM_Task"] = "VirtualMachine.Interact.PowerOn",
        ["PowerOffVM_Task"] = "VirtualMachine.Interact.PowerOff",
        ["ShutdownGuest"] = "VirtualMachine.Interact.PowerOff",
        ["SuspendVM_Task"] = "VirtualMachine.Interact.Suspend",
        ["Destroy_Task"] = "VirtualMachine.Inventory.Delete",
    };

    private readonly TaskBook _tasks = new(park, timeProvider);
    private readonly ConcurrentDictionary<string, List<long>> _failures = new(StringComparer.Ordinal);

    private InventoryView? _inventory;

    /// <summary>Passwords by users.</summary>
    public ConcurrentDictionary<string, string> Users { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sessions by cookies.</summary>
    public ConcurrentDictionary<string, Session> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>Property collectors that there are.</summary>
    public int Collectors => Sessions.Values.Sum(session => session.Collectors.Count);

    private InventoryView Inventory => _inventory ??= new(park, _tasks);

    protected override int BodyBytesMax => 4_000_000;

    // Clients look here for the versions that are spoken.
    protected override Reply? AnswerAnybody(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == $"{Path}/vimServiceVersions.xml"
            ? new(
                200,
                Encoding.UTF8.GetBytes(
                    "<namespaces version=\"1.0\"><namespace><name>urn:vim25</name><version>6.7</version><priorVersions>"
                    + "<version>6.5</version><version>6.0</version></priorVersions></namespace></namespaces>"),
                "text/xml")
            : null;

    protected override Admitted Admit(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value!.TrimEnd('/') == Path
            ? new("sdk")
            : throw new RefusedException(new Reply(404, "<html>404 Not Found</html>"u8.ToArray(), "text/html"), "not found");

    protected override async Task<Reply> DoAsync(Admitted admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        RequestNode message;
        try
        {
            message = RequestNode.Parse(body);
        }
        catch (XmlException error)
        {
            throw VimFault.Malformed(error.Message);
        }

        var (call, target) = RequestCheck.Read(message);
        request.HttpContext.Items[MethodItem] = call.Name;
        return call.Name switch
        {
            "RetrieveServiceContent" => Envelope.Of(call.Name, Content()),
            "Login" => LogIn(call),
            _ => await DoAsync(call, target, SessionOf(request, target), cancellationToken),
        };
    }

    protected override RefusedException TooLarge() => VimFault.Malformed("the request is too large");

    protected override string CallOf(HttpRequest request) => (string?)request.HttpContext.Items[MethodItem] ?? $"{request.Method} sdk";

    private async Task<Reply> DoAsync(RequestNode call, RefValue target, Session session, CancellationToken cancellationToken)
    {
        if (Rights.TryGetValue(call.Name, out var right) && options.DeniedRights.Contains(right))
        {
            throw new VimFault(
                "NoPermission", "Permission to perform this operation was denied.", ("object", target),
                ("privilegeId", ScalarValue.Text(right)));
        }

        switch (call.Name)
        {
            case "Logout":
                End(session);
                return Envelope.Of(call.Name);
            case "CurrentTime":
                return Envelope.Of(call.Name, ScalarValue.Time(Time.GetUtcNow()));
            case "FindByInventoryPath":
                return Found(call.Name, Inventory.ByPath(call["inventoryPath"]!.Text));
            case "FindChild":
                return Found(call.Name, Inventory.Child(Existing(call["entity"]!), call["name"]!.Text));
            case "FindByUuid":
                return Found(call.Name, ByUuid(call));
            case "Fetch":
                return Fetch(call, target);
            case "RetrievePropertiesEx":
                return Page(call.Name, session, Objects(call), call["options"]?["maxObjects"]);
            case "ContinueRetrievePropertiesEx":
                return session.Rests.TryRemove(call["token"]!.Text, out var rest)
                    ? Page(call.Name, session, rest, null)
                    : throw VimFault.Argument("token");
            case "CreatePropertyCollector":
                var made = new Collector(park.NewKey("session[collector]"), Selection(), park, Time);
                session.Collectors[made.Key] = made;
                return Envelope.Of(call.Name, new RefValue("PropertyCollector", made.Key));
            case "DestroyPropertyCollector":
                CollectorOf(session, target).Cancel();
                session.Collectors.TryRemove(target.Key, out _);
                return Envelope.Of(call.Name);
            case "CreateFilter":
                return Envelope.Of(call.Name, CollectorOf(session, target).AddFilter(call["spec"]!, park.NewKey("session[filter]")));
            case "WaitForUpdatesEx":
                return await WaitAsync(call, CollectorOf(session, target), cancellationToken);
            case "HasPrivilegeOnEntities":
                return Envelope.Of(call.Name, [.. call.All("entity").Select(entity => RightsOn(Existing(entity), call))]);
            case "GetCustomizationSpec":
                return Envelope.Of(call.Name, Customization(call["name"]!.Text));
            case "CloneVM_Task":
                return Envelope.Of(call.Name, new CloneOrders(options, park, _tasks, Inventory, Time).Clone(target, call));
            case "PowerOnVM_Task":
                return Envelope.Of(call.Name, new VmOrders(options, park, _tasks).PowerOn(target));
            case "PowerOffVM_Task":
                return Envelope.Of(call.Name, new VmOrders(options, park, _tasks).PowerOff(target));
            case "SuspendVM_Task":
                return Envelope.Of(call.Name, new VmOrders(options, park, _tasks).Suspend(target));
            case "ShutdownGuest":
                new VmOrders(options, park, _tasks).ShutDown(target);
                return Envelope.Of(call.Name);
            case "Destroy_Task":
                return Envelope.Of(call.Name, new VmOrders(options, park, _tasks).Destroy(target));
            default:
                throw new VimFault("MethodNotFound", $"The method {call.Name} is not known");
        }
    }

    private static ObjectValue Content() => new(
        "ServiceContent",
        [
            ("rootFolder", new RefValue("Folder", VsphereCatalogue.RootKey)),
            ("propertyCollector", new RefValue("PropertyCollector", "propertyCollector")),
            ("about", new ObjectValue(
                "AboutInfo",
                [
                    ("name", ScalarValue.Text("VMware vCenter Server")),
                    ("fullName", ScalarValue.Text("VMware vCenter Server 6.7.0 build-0 (simulated)")),
                    ("vendor", ScalarValue.Text("VMware, Inc.")), ("version", ScalarValue.Text("6.7.0")), ("build", ScalarValue.Text("0")),
                    ("osType", ScalarValue.Text("linux-x64")), ("productLineId", ScalarValue.Text("vpx")),
                    ("apiType", ScalarValue.Text("VirtualCenter")), ("apiVersion", ScalarValue.Text("6.7")),
                ])),
            ("sessionManager", new RefValue("SessionManager", "SessionManager")),
            ("authorizationManager", new RefValue("AuthorizationManager", "AuthorizationManager")),
            ("customizationSpecManager", new RefValue("CustomizationSpecManager", "CustomizationSpecManager")),
            ("searchIndex", new RefValue("SearchIndex", "SearchIndex")),
        ]);

    private Reply LogIn(RequestNode call)
    {
        var user = call["userName"]!.Text;
        var failures = _failures.GetOrAdd(user, _ => []);
        lock (failures)
        {
            failures.RemoveAll(at => Time.GetElapsedTime(at) > FailuresWithin);
            if (failures.Count >= FailuresMax || !Users.TryGetValue(user, out var password) || password != call["password"]!.Text)
            {
                failures.Add(Time.GetTimestamp());
                throw new VimFault("InvalidLogin", "Cannot complete login due to an incorrect user name or password.");
            }
        }

        var cookie = park.NewGuid().ToString("N");
        var session = new Session(park.NewGuid().ToString(), user);
        Sessions[cookie] = session;
        var reply = Envelope.Of(call.Name, new ObjectValue(
            "UserSession",
            [
                ("key", ScalarValue.Text(session.Key)), ("userName", ScalarValue.Text(user)), ("fullName", ScalarValue.Text(user)),
                ("loginTime", ScalarValue.Time(Time.GetUtcNow())), ("lastActiveTime", ScalarValue.Time(Time.GetUtcNow())),
                ("locale", ScalarValue.Text("en")), ("messageLocale", ScalarValue.Text("en")),
            ]));
        reply.Headers["Set-Cookie"] = $"{Cookie}=\"{cookie}\"; Path=/; HttpOnly; Secure;";
        return reply;
    }

    private Session SessionOf(HttpRequest request, RefValue target) =>
        request.Cookies[Cookie]?.Trim('"') is { } cookie && Sessions.TryGetValue(cookie, out var session)
            ? session
            : throw new VimFault(
                "NotAuthenticated", "The session is not authenticated.", ("object", target),
                ("privilegeId", ScalarValue.Text("System.View")));

    private void End(Session session)
    {
        foreach (var (cookie, _) in Sessions.Where(one => one.Value == session))
        {
            Sessions.TryRemove(cookie, out _);
        }

        foreach (var collector in session.Collectors.Values)
        {
            collector.Cancel();
        }
    }

    private Selection Selection() => new(Inventory, () => !options.HasNoKeyedPaths);

    private static Collector CollectorOf(Session session, RefValue target) =>
        target.Type == "PropertyCollector" && session.Collectors.TryGetValue(target.Key, out var collector)
            ? collector
            : throw VimFault.Gone(target);

    private Value[] Objects(RequestNode call) =>
    [
        .. call.All("specSet").SelectMany(one => Selection().Find(one)).Select(one => new ObjectValue(
            "ObjectContent",
            [
                ("obj", one.Target),
                ("propSet", new ListValue(
                    "DynamicProperty",
                    [
                        .. one.Properties.Select(property => new ObjectValue(
                            "DynamicProperty", [("name", ScalarValue.Text(property.Path)), ("val", property.Value)])),
                    ])),
            ])),
    ];

    private Reply Page(string method, Session session, Value[] objects, RequestNode? asked)
    {
        var size = Math.Min(
            options.PageMax, asked is null ? PageMax : Math.Clamp(int.Parse(asked.Text, CultureInfo.InvariantCulture), 1, PageMax));
        if (objects.Length == 0)
        {
            return Envelope.Of(method);
        }

        var page = new List<(string, Value)>();
        if (objects.Length > size)
        {
            var token = park.NewKey("token");
            session.Rests[token] = objects[size..];
            page.Add(("token", ScalarValue.Text(token)));
        }

        page.Add(("objects", new ListValue("ObjectContent", objects[..Math.Min(size, objects.Length)])));
        return Envelope.Of(method, new ObjectValue("RetrieveResult", page));
    }

    private static async Task<Reply> WaitAsync(RequestNode call, Collector collector, CancellationToken cancellationToken)
    {
        TimeSpan? wait = call["options"]?["maxWaitSeconds"] is { } seconds
            ? TimeSpan.FromSeconds(int.Parse(seconds.Text, CultureInfo.InvariantCulture))
            : null;
        var changes = await collector.WaitAsync(call["version"]?.Text ?? "", wait, cancellationToken);
        return changes is null ? Envelope.Of(call.Name) : Envelope.Of(call.Name, changes);
    }

    private RefValue? ByUuid(RequestNode call) => !call.Is("vmSearch")
        ? null
        : park.All.FirstOrDefault(
            vm => vm.HasConfig && string.Equals(vm.InstanceUuid, call["uuid"]!.Text, StringComparison.OrdinalIgnoreCase))
            is { } vm
            ? new RefValue("VirtualMachine", vm.Id)
            : null;

    // What pyvmomi asks with where a program reads an attribute.
    private Reply Fetch(RequestNode call, RefValue target)
    {
        var path = call["prop"]!.Text;
        if (target is { Type: "ServiceInstance" } && path == "content")
        {
            return Envelope.Of(call.Name, Content());
        }

        var description = Inventory.Describe(target, Inventory.Shown()) ?? throw VimFault.Gone(target);
        var value = PropertyPath.Find(description, target.Type, path, isKeyed: false);
        return Envelope.Write(200, xml =>
        {
            xml.WriteStartElement("FetchResponse", RequestNode.Vim);
            value?.Write(xml, "returnval", isAny: true);
        });
    }

    private ObjectValue RightsOn(RefValue entity, RequestNode call) => new(
        "EntityPrivilege",
        [
            ("entity", entity),
            ("privAvailability", new ListValue(
                "PrivilegeAvailability",
                [
                    .. call.All("privId").Select(right => new ObjectValue(
                        "PrivilegeAvailability",
                        [
                            ("privId", ScalarValue.Text(right.Text)),
                            ("isGranted", ScalarValue.Flag(!options.DeniedRights.Contains(right.Text))),
                        ])),
                ])),
        ]);

    private RefValue Existing(RequestNode node)
    {
        var target = RequestCheck.RefOf(node);
        return Inventory.Describe(target, Inventory.Shown()) is null ? throw VimFault.Gone(target) : target;
    }

    private static ObjectValue Customization(string name) => name == "linux"
        ? new(
            "CustomizationSpecItem",
            [
                ("info", new ObjectValue(
                    "CustomizationSpecInfo",
                    [("name", ScalarValue.Text(name)), ("description", ScalarValue.Text("")), ("type", ScalarValue.Text("Linux"))])),
                ("spec", new ObjectValue(
                    "CustomizationSpec",
                    [
                        ("options", new ObjectValue("CustomizationLinuxOptions", [])),
                        ("identity", new ObjectValue(
                            "CustomizationLinuxPrep",
                            [
                                ("hostName", new ObjectValue("CustomizationVirtualMachineName", [])),
                                ("domain", ScalarValue.Text("example.com")),
                            ])),
                        ("globalIPSettings", new ObjectValue("CustomizationGlobalIPSettings", [])),
                        ("nicSettingMap", new ListValue(
                            "CustomizationAdapterMapping",
                            [
                                new ObjectValue(
                                    "CustomizationAdapterMapping",
                                    [
                                        ("adapter", new ObjectValue(
                                            "CustomizationIPSettings", [("ip", new ObjectValue("CustomizationDhcpIpGenerator", []))])),
                                    ]),
                            ])),
                    ])),
            ])
        : throw new VimFault("NotFound", "The object or item referred to could not be found.");

    private static Reply Found(string method, RefValue? found) => found is null ? Envelope.Of(method) : Envelope.Of(method, found);
}
