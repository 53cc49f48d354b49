namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Request Routing": everything to v1, then one user to v2.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class RequestRoutingTests(Bookinfo bookinfo)
{
    [Fact]
    public async Task Everybody_sees_v1_without_stars_until_jason_is_sent_to_v2_with_black_ones()
    {
        LocalCluster.Require();
        await using BookinfoTask task = await BookinfoTask.StartAsync(bookinfo);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-all-v1.yaml");
        await task.UntilPageAsync(BookinfoTask.NoStars);
        string rules = await task.Shell.RunAsync("kubectl get virtualservices -o yaml");
        Assert.Equal(4, rules.Split("subset: v1").Length - 1);
        Assert.Equal(20, await task.CountPagesAsync(20, "glyphicon-star", present: false));

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-test-v2.yaml");
        await task.SignInAsync("jason");
        await task.UntilPageAsync(BookinfoTask.BlackStars, user: true);
        Assert.Equal(20, await task.CountPagesAsync(20, "color=\"black\"", user: true));
        Assert.Equal(20, await task.CountPagesAsync(20, "glyphicon-star", present: false));
    }
}
