namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Output;
using Lateen.CommandLine.Proxies;
using Lateen.Kubernetes;

/// <summary>lateen tag: second names of control planes' revisions, by which namespaces are moved from one to another.</summary>
internal static class TagCommand
{
    public static Command Create() =>
        new("tag", "names of revisions for namespaces to follow") { Set(), Generate(), List(), Remove() };

    private static Argument<string> Name() => new("TAG") { Description = "the name, for example prod" };

    private static Option<string> Revision() =>
        new("--revision", "-r") { Description = "the revision that it stands for", Required = true };

    private static Command Set()
    {
        (KubeOptions kube, Option<string> ns, Argument<string> name, Option<string> revision) = (new(),
            Options.IstioNamespace(), Name(), Revision());
        var overwrite = new Option<bool>("--overwrite") { Description = "move a tag that exists" };
        var command = new Command("set", "create a tag, or move it with --overwrite") { name, revision, overwrite, ns };
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            var tag = new RevisionTag(parsed.GetRequiredValue(name), parsed.GetRequiredValue(revision),
                parsed.GetRequiredValue(ns));
            string injector = tag.Revision == "default" ? "istio-sidecar-injector" : $"istio-sidecar-injector-{tag.Revision}";
            if (await api.FindAsync(KubePath.MutatingWebhooks.Named(injector), cancel) is null)
            {
                throw new CommandFailure(
                    $"there is no control plane of revision {tag.Revision}; install one, or see `lateen tag list`");
            }

            string path = KubePath.MutatingWebhooks.Named(tag.ObjectName);
            if (!parsed.GetValue(overwrite) && await api.FindAsync(path, cancel) is not null)
            {
                throw new CommandFailure($"tag {tag.Name} exists; move it with --overwrite");
            }

            await api.ApplyAsync(path, tag.Manifest(), "lateen", cancel);
            Console.WriteLine($"Revision tag \"{tag.Name}\" created, referencing control plane revision \"{tag.Revision}\". To enable injection "
                + $"using this revision tag, use 'kubectl label namespace <NAMESPACE> istio.io/rev={tag.Name}'");
            return 0;
        });
        return command;
    }

    private static Command Generate()
    {
        (Option<string> ns, Argument<string> name, Option<string> revision) = (Options.IstioNamespace(), Name(), Revision());
        var command = new Command("generate", "print the manifest of a tag") { name, revision, ns };
        command.SetAction(parsed =>
        {
            var tag = new RevisionTag(parsed.GetRequiredValue(name), parsed.GetRequiredValue(revision),
                parsed.GetRequiredValue(ns));
            Console.Write(YamlWriter.Write(tag.Manifest()));
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var kube = new KubeOptions();
        Option<string> output = Options.Output("table", "json");
        var command = new Command("list", "list the tags with their revisions and namespaces") { output };
        command.Aliases.Add("show");
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            JsonObject webhooks = await api.GetAsync(KubePath.MutatingWebhooks.All, cancel);
            JsonObject namespaces = await api.GetAsync(KubePath.Namespaces.All, cancel);
            Console.Write(Print(webhooks, namespaces, parsed.GetRequiredValue(output)));
            return 0;
        });
        return command;
    }

    internal static string Print(JsonObject webhooks, JsonObject namespaces, string format)
    {
        List<(RevisionTag Tag, string[] Namespaces)> tags =
        [
            .. webhooks.ObjectsAt("items").Select(RevisionTag.Read).OfType<RevisionTag>().OrderBy(static t =>
                t.Name, StringComparer.Ordinal)
                .Select(t => (t, Followers(t, namespaces))),
        ];
        return format == "json"
            ? DumpJson.Write(new JsonArray([.. tags.Select(static t => new JsonObject
            {
                ["tag"] = t.Tag.Name,
                ["revision"] = t.Tag.Revision,
                ["namespaces"] = new JsonArray([.. t.Namespaces.Select(static n => JsonValue.Create(n))]),
            })]), isYaml: false)
            : TextTable.Format(["TAG", "REVISION", "NAMESPACES"],
                [.. tags.Select(static t => new[] { t.Tag.Name, t.Tag.Revision, string.Join(',', t.Namespaces) })]);
    }

    private static string[] Followers(RevisionTag tag, JsonObject namespaces) =>
    [
        .. namespaces.ObjectsAt("items").Where(n => n.TextAt("metadata", "labels", "istio.io/rev") == tag.Name
                || (tag.Name == "default" && n.TextAt("metadata", "labels", "istio-injection") == "enabled"))
            .Select(static n => n.TextAt("metadata", "name")).Order(StringComparer.Ordinal),
    ];

    private static Command Remove()
    {
        (KubeOptions kube, Option<string> ns, Argument<string> name) = (new(), Options.IstioNamespace(), Name());
        var yes = new Option<bool>("--skip-confirmation", "-y") { Description = "remove it even while namespaces follow it" };
        var command = new Command("remove", "remove a tag") { name, yes, ns };
        command.Aliases.Add("delete");
        kube.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = new KubeApi(kube.Configuration(parsed));
            var tag = new RevisionTag(parsed.GetRequiredValue(name), "", parsed.GetRequiredValue(ns));
            string[] followers = Followers(tag, await api.GetAsync(KubePath.Namespaces.All, cancel));
            if (followers.Length > 0 && !parsed.GetValue(yes))
            {
                throw new CommandFailure(
                    $"namespaces {string.Join(", ", followers)} follow tag {tag.Name}; label them otherwise first, or add -y");
            }

            await api.DeleteAsync(KubePath.MutatingWebhooks.Named(tag.ObjectName), cancel);
            Console.WriteLine($"Revision tag {tag.Name} removed");
            return 0;
        });
        return command;
    }
}
