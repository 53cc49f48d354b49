namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Gives every namespace its ServiceAccount `default`.</summary>
internal sealed class ServiceAccountController(ControllerContext context) : IController
{
    private const string AccountName = "default";

    private readonly Informer _namespaces = context.Informers.For(KubeTypes.Namespaces);
    private readonly Informer _accounts = context.Informers.For(KubeTypes.ServiceAccounts);

    public string Name => "serviceaccount-controller";

    public void Start(WorkQueue queue) => NamespaceDefault.Watch(queue, _namespaces, _accounts, AccountName);

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        ObjectKey wanted = new(key.Name, AccountName);
        if (NamespaceDefault.IsActive(_namespaces.Get(key)) && _accounts.Get(wanted) is null)
        {
            await NamespaceDefault.CreateAsync(context, KubeTypes.ServiceAccounts, key.Name, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ServiceAccount",
                ["metadata"] = new JsonObject { ["name"] = AccountName, ["namespace"] = key.Name },
            }, cancel);
        }
    }
}
