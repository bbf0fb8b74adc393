using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Identifiers a fetch has just looked for in vain.</summary>
public sealed class AbsentKeyTests
{
    private readonly TestValidator _validator = new();

    [Fact]
    public async Task D2_One_token_sent_again_and_again_does_not_spend_the_permits_a_rotation_needs()
    {
        await _validator.ValidateAsync(LongLived());
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(Of("stale")));
        }

        Assert.Equal(2, _validator.Documents.Fetches);
        Publish("new");
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Of("new")));
        Assert.Equal(3, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_new_snapshot_has_the_identifier_looked_for_again()
    {
        await _validator.ValidateAsync(LongLived());
        await _validator.ValidateAsync(Of("late"));
        Publish("late");
        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(Of("late")));

        Publish("other");
        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));
        Publish("late");

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Of("late")));
    }

    [Fact]
    public async Task D2_A_key_used_before_it_is_published_is_refused_for_thirty_seconds_at_most()
    {
        await _validator.ValidateAsync(LongLived());
        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(Of("early")));
        Publish("early");

        _validator.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(Of("early")));
        _validator.Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Of("early")));
    }

    [Fact]
    public async Task Identifiers_are_told_apart_by_case()
    {
        await _validator.ValidateAsync(LongLived());
        await _validator.ValidateAsync(Of("key"));
        Publish("KEY");

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Of("KEY")));
    }

    [Fact]
    public async Task Only_who_started_the_fetch_may_conclude_that_the_key_is_absent()
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _validator.Keys.RefreshAsync(CancellationToken.None);
        var joined = _validator.FailureOfAsync(Of("new"));
        _validator.Documents.Hold.SetResult();
        Assert.True(await running);
        Assert.Equal(PulseTokenFailure.KeyUnknown, await joined);

        Publish("new");

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Of("new")));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_what_is_forgotten_is_looked_for_again()
    {
        var absent = new AbsentKeyIds(_validator.Time);
        for (var i = 0; i < AbsentKeyIds.Capacity; i++)
        {
            absent.Add($"k{i}");
        }

        Assert.True(absent.Contains("k0"));
        absent.Add("one more");
        Assert.True(absent.Contains("one more"));
        Assert.False(absent.Contains("k0"));
    }

    private static string Of(string keyId) => LongLived($$"""{"alg":"RS256","typ":"JWT","kid":"{{keyId}}"}""");

    private void Publish(string keyId) => _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.Rsa, keyId));
}
