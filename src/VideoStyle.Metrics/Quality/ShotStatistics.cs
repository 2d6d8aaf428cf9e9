namespace VideoStyle.Metrics.Quality;

/// <summary>Deviation and slope of a value over time, within shots, from running sums.</summary>
internal sealed class ShotStatistics
{
    private long _count;
    private double _squares;
    private double _timeSquares;
    private double _products;

    private double _n;
    private double _meanTime;
    private double _mean;
    private double _shotSquares;
    private double _shotTimeSquares;
    private double _shotProducts;
    private int _shot = -1;

    public void Add(int shot, long time, double value)
    {
        if (shot != _shot)
            EndShot();
        _shot = shot;
        // Welford's update: sums of squares around a running mean keep their digits over a long video.
        _n++;
        var fromTime = time - _meanTime;
        var fromValue = value - _mean;
        _meanTime += fromTime / _n;
        _mean += fromValue / _n;
        _shotTimeSquares += fromTime * (time - _meanTime);
        _shotSquares += fromValue * (value - _mean);
        _shotProducts += fromTime * (value - _mean);
    }

    /// <summary>Ends the last shot.</summary>
    /// <returns>The standard deviation around each shot's own mean, and the common slope for a step of time; null where no shot has two values.</returns>
    public (double? Deviation, double? Slope) Finish()
    {
        EndShot();
        return _count == 0 ? (null, null) : (Math.Sqrt(_squares / _count), _products / _timeSquares);
    }

    private void EndShot()
    {
        if (_n >= 2)
        {
            _count += (long)_n;
            _squares += _shotSquares;
            _timeSquares += _shotTimeSquares;
            _products += _shotProducts;
        }

        (_n, _meanTime, _mean, _shotSquares, _shotTimeSquares, _shotProducts) = (0, 0, 0, 0, 0, 0);
    }
}
