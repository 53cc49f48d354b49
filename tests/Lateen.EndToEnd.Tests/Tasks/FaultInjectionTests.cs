namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Fault Injection": a delay that finds the planted bug, and an abort, both for jason alone.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class FaultInjectionTests(Bookinfo bookinfo)
{
    private const string Sorry = "Sorry, product reviews are currently unavailable for this book.";

    [Fact]
    public async Task A_delay_of_seven_seconds_breaks_the_reviews_and_an_abort_the_ratings_for_jason_only()
    {
        LocalCluster.Require();
        await using BookinfoTask task = await BookinfoTask.StartAsync(bookinfo);
        await task.Shell.RunAsync("""
            kubectl apply -f samples/bookinfo/networking/virtual-service-all-v1.yaml
            kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-test-v2.yaml
            """);
        await task.SignInAsync("jason");
        await task.UntilPageAsync(BookinfoTask.BlackStars, user: true);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-ratings-test-delay.yaml");
        string delayed = await task.Shell.UntilAsync(task.Page(user: true), page => BookinfoTask.Says(page, Sorry));
        Assert.Contains("Error fetching product reviews!", delayed);

        // The product page waits three seconds for the reviews, twice.
        Assert.InRange(BookinfoTask.Seconds(delayed), 5.5, 7.0);
        string others = await task.Shell.RunAsync(task.Page());
        Assert.True(BookinfoTask.NoStars(others));
        Assert.InRange(BookinfoTask.Seconds(others), 0, 2);

        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-ratings-test-abort.yaml");
        string aborted = await task.UntilPageAsync(
            page => BookinfoTask.Says(page, "Ratings service is currently unavailable"), user: true);
        Assert.InRange(BookinfoTask.Seconds(aborted), 0, 2);
        Assert.DoesNotContain("Ratings service is currently unavailable", await task.Shell.RunAsync(task.Page()));
    }
}
