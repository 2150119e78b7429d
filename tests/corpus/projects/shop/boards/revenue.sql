-- What came in, by day and by coupon.
WITH sold AS (
    SELECT o.order_id, o.ordered_at, o.coupon, o.total
    FROM orders AS o
)
SELECT CAST(ordered_at AS DATE) AS day, coupon, SUM(total) AS revenue
FROM sold
GROUP BY 1, 2
