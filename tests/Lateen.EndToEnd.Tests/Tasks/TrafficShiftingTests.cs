namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Traffic Shifting": half of the visits to v3, then all of them.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class TrafficShiftingTests(Bookinfo bookinfo)
{
    [Fact]
    public async Task Half_of_a_hundred_pages_then_all_of_them_have_red_stars()
    {
        LocalCluster.Require();
        await using BookinfoTask task = await BookinfoTask.StartAsync(bookinfo);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-all-v1.yaml");
        await task.UntilPageAsync(BookinfoTask.NoStars);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-50-v3.yaml");
        string rule = await task.Shell.RunAsync("kubectl get virtualservice reviews -o jsonpath='{.spec.http[0].route[*].weight}'");
        Assert.Equal("50 50", rule);
        await task.Shell.UntilAsync(task.Page(), BookinfoTask.RedStars);

        // n = 100, weight 50: three standard deviations are 15.
        Assert.InRange(await task.CountPagesAsync(100, "color=\"red\""), 35, 65);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-v3.yaml");
        await task.UntilPageAsync(BookinfoTask.RedStars);
        Assert.Equal(50, await task.CountPagesAsync(50, "color=\"red\""));
    }
}
